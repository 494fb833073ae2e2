/** Whether a text is one of some patterns. */
export type Matches = (text: string | undefined) => boolean;

/**
 * Whether a text fits one of the patterns, without regard to case; `*` stands for any text. What is undefined fits
 * none. The time is linear in the text, whatever the pattern.
 */
export function anyOf(patterns: readonly string[]): Matches {
  const wildcards = patterns.map((pattern) => pattern.toLowerCase().split('*'));
  return (text) => text !== undefined && wildcards.some((parts) => fits(text.toLowerCase(), parts));
}

/** Whether a text is the parts of a pattern in order, with any text where a `*` stood between two of them. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  const end = text.length - last.length;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}
