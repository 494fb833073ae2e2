import type { Issue } from './issue.ts';

/** An issue in one line: `file:line:column: what is wrong (what would be right)`. */
export function issueLine({ range, message, hint }: Issue): string {
  const place = range === undefined ? undefined : range.source.position(range.start);
  const where = range === undefined ? '' : `${range.source.name}:${place?.line}:${place?.column}: `;
  return `${where}${message}${hint === undefined ? '' : ` (${hint})`}`;
}
