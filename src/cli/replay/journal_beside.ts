import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openJournal } from '../../containerd/journal/open_journal.ts';
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

/** The host that a journal is of; undefined where it cannot be read, which `container_attribution` says. */
export function hostOf(journal: string): string | undefined {
  try {
    const { header, lines } = openJournal(journal);
    lines.close();
    return header.host === '' ? undefined : header.host;
  } catch {
    return undefined;
  }
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
