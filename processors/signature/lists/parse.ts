import { type KeptList, MAX_VALUES } from './config.ts';

/** The values of a text, or why there are none. */
export type ParsedList =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | { readonly kind: 'wrong'; readonly reason: string };

/** Reads the values of a list in one of the formats, each once; empty ones are left out. */
export function parseList(text: string, { format, column }: Pick<KeptList, 'format' | 'column'>): ParsedList {
  const found =
    format === 'json' ? jsonTexts(text) : format === 'csv' ? csvColumn(text, column) : lines(text);
  if (typeof found === 'string') return { kind: 'wrong', reason: found };
  const values = new Set(found.map((value) => value.trim()).filter((value) => value !== ''));
  if (values.size > MAX_VALUES) return { kind: 'wrong', reason: `it has more than ${MAX_VALUES} values` };
  return { kind: 'values', values: [...values] };
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => !/^\s*#/.test(line));
}

function jsonTexts(text: string): string[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  if (!Array.isArray(value)) return 'it is no JSON array';
  const isValue = (one: unknown): boolean => typeof one === 'string' || typeof one === 'number';
  return value.every(isValue) ? value.map(String) : 'its JSON array holds more than texts and numbers';
}

function csvColumn(text: string, column: string | number): string[] | string {
  const [first, ...rest] = lines(text)
    .filter((line) => line.trim() !== '')
    .map(cells);
  if (first === undefined) return [];
  if (typeof column === 'number') return [first, ...rest].map((row) => row[column - 1] ?? '');
  const index = first.findIndex((name) => name.trim() === column);
  return index < 0 ? `its first line names no column "${column}"` : rest.map((row) => row[index] ?? '');
}

// RFC 4180, but for line breaks within quotes: no list of values has them.
function cells(line: string): string[] {
  const out: string[] = [];
  for (const [, quoted, plain = ''] of line.matchAll(/(?:^|,)(?:\s*"((?:[^"]|"")*)"[^,]*|([^,]*))/g)) {
    out.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return out;
}
