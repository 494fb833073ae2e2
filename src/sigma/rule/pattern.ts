/** A piece of a pattern: a text, `*` (any text, also none) or `?` (any one UTF-16 unit). */
export type Part = string | typeof ANY | typeof ONE;

/** `*` in a pattern. */
export const ANY: unique symbol = Symbol('*');
/** `?` in a pattern. */
export const ONE: unique symbol = Symbol('?');

/** A value of a rule: texts and wildcards; no two texts and no two `*` stand side by side. */
export type Pattern = readonly Part[];

/**
 * Reads a value as the Sigma specification writes it: `*` and `?` are wildcards, `\*`, `\?` and `\\` are the plain
 * characters, and a backslash before anything else is itself.
 */
export function parsePattern(value: string): Pattern {
  const parts: Part[] = [];
  let text = '';
  for (let i = 0; i < value.length; i++) {
    const c = value.charAt(i);
    const next = value.charAt(i + 1);
    if (c === '\\' && (next === '*' || next === '?' || next === '\\')) {
      text += next;
      i++;
    } else if (c === '*' || c === '?') {
      parts.push(text, c === '*' ? ANY : ONE);
      text = '';
    } else text += c;
  }
  return joined([...parts, text]);
}

/** The value that {@link parsePattern} reads as this text: escaped where it would mean something else. */
export function literalPattern(text: string): string {
  return text.replace(/\\{2,}|\\(?=[*?])|[*?]/g, (found) => found.replace(/./g, '\\$&'));
}

/** Parts in the form that {@link Pattern} promises. */
export function joined(parts: readonly Part[]): Pattern {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part === '' || (part === ANY && last === ANY)) continue;
    if (typeof part === 'string' && typeof last === 'string') out[out.length - 1] = last + part;
    else out.push(part);
  }
  return out;
}

/** The text of a pattern without wildcards, or undefined. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [only] = pattern;
  return pattern.length === 1 && typeof only === 'string' ? only : undefined;
}

/** The pattern with its texts changed. */
export function mapTexts(pattern: Pattern, change: (text: string) => string): Pattern {
  return joined(pattern.map((part) => (typeof part === 'string' ? change(part) : part)));
}

/** A pattern as one writes it, for people and as a key. */
export function patternText(pattern: Pattern): string {
  const text = (part: Part) =>
    typeof part === 'string' ? part.replace(/[\\*?]/g, '\\$&') : part === ANY ? '*' : '?';
  return pattern.map(text).join('');
}
