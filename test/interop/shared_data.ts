import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The root of the checkout. */
export const ROOT: string = join(import.meta.dirname, '..', '..');

/** The recorded traces that tests use where they exist, beside the checkout; never part of it. */
export const TRACES: string = join(ROOT, '..', 'shared', 'data', 'etl');

/** Whether the recorded traces are here; says so on stderr, once, when they are not. */
export function haveTraces(): boolean {
  const have = existsSync(join(TRACES, 'INDEX.tsv'));
  if (!have && !told) process.stderr.write('NO RECORDED TRACES: ../shared/data/etl does not exist here\n');
  told ||= !have;
  return have;
}
let told = false;

/** `skip` of tests that need the recorded traces: false where they are, else the reason. */
export const NO_TRACES: string | false = haveTraces() ? false : 'no recorded traces in ../shared/data/etl';

/** A row of INDEX.tsv, by column name. */
export type Row = Readonly<Record<string, string>>;

/** The rows of a tab-separated table with a head line. */
export function readTable(path: string): Row[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const names = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
}

/** INDEX.tsv: what each recorded trace is. */
export function index(): Row[] {
  return readTable(join(TRACES, 'INDEX.tsv'));
}

/** The path of a recorded trace by its id (`.etl` or `.etl.gz`). */
export function tracePath(id: string): string {
  const plain = join(TRACES, `${id}.etl`);
  return existsSync(plain) ? plain : `${plain}.gz`;
}

/** A trace's bytes, unpacked where the file is packed. */
export function traceBytes(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
