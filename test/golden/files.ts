import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Golden } from './golden.ts';

const COUNTS = join(import.meta.dirname, 'counts.tsv');
const HASHES = join(import.meta.dirname, 'hashes.tsv');
const COUNTS_HEAD = 'trace\tkind\tprovider\tevent\tversion\topcode\tcount\tdecoded\thash';
const HASHES_HEAD = 'trace\tsha256';

/** What is committed of a trace: its rows of counts.tsv and its hash. */
export interface Committed {
  readonly rows: readonly string[];
  readonly hash: string | undefined;
}

/** The committed golden of every trace, by its id. */
export function readCommitted(): Map<string, Committed> {
  const rows = Map.groupBy(lines(COUNTS), (line) => line.slice(0, line.indexOf('\t')));
  return new Map(
    lines(HASHES).map((line) => {
      const [id = '', hash] = line.split('\t');
      return [id, { rows: rows.get(id) ?? [], hash }];
    }),
  );
}

/** Writes both files anew. */
export function writeCommitted(goldens: readonly Golden[]): void {
  write(
    COUNTS,
    COUNTS_HEAD,
    goldens.flatMap(({ rows }) => rows),
  );
  write(
    HASHES,
    HASHES_HEAD,
    goldens.map(({ id, hash }) => `${id}\t${hash}`),
  );
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
}

function write(path: string, head: string, rows: readonly string[]): void {
  writeFileSync(path, [head, ...rows, ''].join('\n'));
}
