import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { discoverTraces } from '../../receiving/discover.ts';

const TRACE = /\.etl(?:\.gz)?$/i;
const JOURNAL = '.containers.ndjson';

/** The journal of a recording: `OUT.etl` and `OUT.containers.ndjson`. */
export function journalOf(trace: string): string {
  return trace.replace(TRACE, '') + JOURNAL;
}

/**
 * The journals that lie beside traces, each once. A recording of several sessions has one for all of its files:
 * `OUT.SESSION.etl`, `OUT.SESSION.1.etl` and `OUT.containers.ndjson`.
 */
export async function journalsBeside(patterns: readonly string[]): Promise<readonly string[]> {
  const { files } = await discoverTraces(patterns, []);
  return [...new Set(files.flatMap((file) => beside(file) ?? []))];
}

function beside(trace: string): string | undefined {
  let name = basename(trace).replace(TRACE, '');
  while (name !== '') {
    const path = join(dirname(trace), name + JOURNAL);
    if (existsSync(path)) return path;
    const dot = name.lastIndexOf('.');
    name = dot <= 0 ? '' : name.slice(0, dot);
  }
  return undefined;
}
