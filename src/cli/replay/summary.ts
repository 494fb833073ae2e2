import { counted } from '../counted.ts';

const MOST_NAMES = 30;

/** The summary under the table: how often each event occurred. */
export function summaryLines(counts: ReadonlyMap<string, number>, shown: number, hidden: number): string[] {
  const rows = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const records = rows.reduce((sum, [, count]) => sum + count, 0);
  const lines: string[] = [];
  if (hidden > 0) lines.push(`… and ${number(hidden)} more lines (--limit ${shown + hidden} shows them)`);
  lines.push('', `${counted(records, 'record')}, ${counted(rows.length, 'kind')} of events:`);
  for (const [name, count] of rows.slice(0, MOST_NAMES)) lines.push(`${number(count).padStart(10)}  ${name}`);
  if (rows.length > MOST_NAMES)
    lines.push(`${''.padStart(10)}  … and ${rows.length - MOST_NAMES} more kinds`);
  return [...lines, '', ''];
}

const number = (n: number): string => n.toLocaleString('en-US');
