import type { Issue } from './issue.ts';

/**
 * Issues as text for a person, in the order of their places:
 *
 *     config.yaml:12:5: error[unknown_key]: exporters::otlp_grpc has no key "endpont"
 *        12 |     endpont: localhost:4317
 *           |     ^^^^^^^
 *       did you mean "endpoint"?
 */
export function renderIssues(issues: readonly Issue[]): string {
  return inOrder(issues).map(renderIssue).join('\n');
}

function renderIssue(issue: Issue): string {
  const label = `${issue.severity}[${issue.code}]: ${visible(issue.message)}`;
  const lines: string[] = [];
  if (issue.range === undefined) lines.push(label);
  else {
    const { source, start, end } = issue.range;
    const { line, column } = source.position(start);
    lines.push(`${source.name}:${line}:${column}: ${label}`);
    if (issue.concealed !== true) lines.push(...excerpt(source.line(line), line, column, end - start));
  }
  if (issue.hint !== undefined) lines.push(`  ${visible(issue.hint)}`);
  return `${lines.join('\n')}\n`;
}

/** The longest part of a line that is shown, with room for what stands before the column. */
const WIDTH = 160;

function excerpt(text: string, line: number, column: number, length: number): string[] {
  const from = Math.max(0, column - 1 - WIDTH / 2);
  const shown = text.slice(from, from + WIDTH);
  const before = shown.slice(0, column - 1 - from).replace(/[^\t]/g, ' ');
  const carets = '^'.repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  const gutter = String(line).padStart(5);
  return [`${gutter} | ${visible(shown)}`.trimEnd(), `${' '.repeat(5)} | ${before}${carets}`];
}

/** Control characters shown as a picture of one column, so that no text can drive the terminal. */
function visible(text: string): string {
  return text.replace(/(?!\t)\p{Cc}/gu, '\u{fffd}');
}

/** By file in the order of first mention, then by place; stable. */
function inOrder(issues: readonly Issue[]): Issue[] {
  const sources = new Map<unknown, number>();
  for (const { range } of issues) {
    if (!sources.has(range?.source)) sources.set(range?.source, sources.size);
  }
  const rank = (issue: Issue) => sources.get(issue.range?.source) ?? 0;
  return [...issues].sort((a, b) => rank(a) - rank(b) || (a.range?.start ?? 0) - (b.range?.start ?? 0));
}
