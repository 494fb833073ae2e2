/**
 * `npm run bench [-- SECTION…]`: prints a table of what Sigel costs beside its peers, with the machine's
 * facts. Sections: decode, encode, send, pipeline, memory, live, process,
 * attribution, sigma. `--quick` runs every case once instead of thrice; `--full`
 * adds a trace of 4 GiB. Exits with 1 when a goal was missed. Needs the recorded traces in ../shared/data.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haveTraces, traceBytes, tracePath } from '../interop/shared_data.ts';
import { machineFacts } from './machine.ts';
import { type Repeated, repeatTrace } from './repeat.ts';
import { attributionSection } from './section_attribution.ts';
import { decodeSection } from './section_decode.ts';
import { encodeSection } from './section_encode.ts';
import { liveSection } from './section_live.ts';
import { memorySection } from './section_memory.ts';
import { pipelineSection } from './section_pipeline.ts';
import { processSection } from './section_process.ts';
import { sendSection } from './section_send.ts';
import { sigmaSection } from './section_sigma.ts';
import { Table } from './table.ts';

/** What the sections work with. */
export interface Bench {
  readonly table: Table;
  /** A folder for large files, removed at the end. */
  readonly folder: string;
  /** Whether what takes minutes and much disk runs too. */
  readonly full: boolean;
  /**
   * Writes a trace, or only the events of some providers (GUIDs) in it, repeated to about `mib` MiB; the same
   * again is taken from before.
   */
  repeated(id: string, mib: number, providers?: readonly string[]): Repeated & { readonly path: string };
  /** The path of a recorded trace, unpacked. */
  unpacked(id: string): string;
}

const SECTIONS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  decode: decodeSection,
  encode: encodeSection,
  send: sendSection,
  pipeline: pipelineSection,
  memory: memorySection,
  live: liveSection,
  process: processSection,
  attribution: attributionSection,
  sigma: sigmaSection,
};
/** Those that make a trace of their own where no recorded ones are. */
const WITHOUT_TRACES = new Set(['live', 'process', 'attribution', 'sigma']);

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));
const unknown = wanted.filter((name) => SECTIONS[name] === undefined);
if (unknown.length > 0)
  throw new Error(`no section ${unknown.join(', ')}: ${Object.keys(SECTIONS).join(', ')}`);
const chosen = wanted.length > 0 ? wanted : Object.keys(SECTIONS);
const able = chosen.filter((name) => WITHOUT_TRACES.has(name) || haveTraces());
await main(able);
if (able.length < chosen.length) process.exitCode = 1;

async function main(sections: readonly string[]): Promise<void> {
  const runs = args.includes('--quick') ? 1 : 3;
  const folder = mkdtempSync(join(tmpdir(), 'sigel-bench-'));
  const table = new Table(runs);
  try {
    process.stdout.write(`${machineFacts().join('\n')}\n`);
    process.stdout.write(`runs       median of ${runs}; every case in a process of its own\n`);
    const bench = openBench(table, folder);
    for (const name of sections) await SECTIONS[name]?.(bench);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const line of table.missed) process.stdout.write(`\nMISSED ${line}`);
  process.stdout.write('\n');
  process.exitCode = table.missed.length === 0 ? 0 : 1;
}

function openBench(table: Table, folder: string): Bench {
  const known = new Map<string, Repeated & { readonly path: string }>();
  return {
    table,
    folder,
    full: args.includes('--full'),
    repeated(id, mib, providers) {
      const path = join(folder, `${id}-${mib}${providers === undefined ? '' : '-some'}.etl`);
      const before = known.get(path);
      if (before !== undefined && existsSync(path)) return before;
      const made = { ...repeatTrace(traceBytes(tracePath(id)), path, mib * 2 ** 20, providers), path };
      known.set(path, made);
      return made;
    },
    unpacked(id) {
      const path = join(folder, `${id}.etl`);
      writeFileSync(path, traceBytes(tracePath(id)));
      return path;
    },
  };
}
