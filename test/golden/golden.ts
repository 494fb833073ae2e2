import { createHash, type Hash } from 'node:crypto';
import { eventLine } from '../../src/cli/inspect/event_line.ts';
import { type EventCount, summarizeTrace } from '../../src/cli/inspect/summary.ts';
import { learnSchemas, loadTrace } from '../../src/etl/load.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { tracePath } from '../interop/shared_data.ts';

/** What a recorded trace decodes to: how often each event occurs, and hashes over all that was decoded. */
export interface Golden {
  readonly id: string;
  readonly counts: readonly EventCount[];
  /** The rows of counts.tsv: trace, kind, provider, event, version, opcode, count, decoded, hash of these events. */
  readonly rows: readonly string[];
  /** Over every event in order: SHA-256 in hex. */
  readonly hash: string;
}

// Its tables are facts of the product, the same for every trace; what a trace teaches stays with its decoder.
const catalogue = Catalogue.shipped();
const uninterrupted = new AbortController().signal;

/** Reads a recorded trace to the end as `sigel inspect` does. Throws when it is no readable trace. */
export async function readGolden(id: string): Promise<Golden> {
  const path = tracePath(id);
  const trace = await loadTrace(path);
  if ('reason' in trace) throw new Error(`${id}: ${trace.reason}`);
  try {
    const { by_event: counts } = await summarizeTrace(path, trace, new Decoder(catalogue), uninterrupted);
    const decoder = new Decoder(catalogue);
    await learnSchemas([trace], decoder, uninterrupted);
    const stream = new TraceStream([trace], decoder);
    const all = createHash('sha256');
    const byEvent = new Map<string, Hash>();
    for (let e = stream.next(); e !== undefined; e = stream.next()) {
      const text = decodedText(e);
      all.update(text);
      hashOf(byEvent, nameOf(e)).update(text);
    }
    const hashes = new Map([...byEvent].map(([name, hash]) => [name, hash.digest('hex').slice(0, 12)]));
    const rows = counts.map((count) => rowOf(id, count, hashes)).sort();
    return { id, counts, rows, hash: all.digest('hex') };
  } finally {
    trace.file.close();
  }
}

/** All that the decoder says of an event: the line of `inspect --events`, and the header's facts beyond it. */
function decodedText(e: EventView): string {
  const { task, channel, keywordsHigh, keywordsLow, pointerSize } = e;
  const items = JSON.stringify(e.extendedItems(), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const ids = `${e.activityId() ?? ''} ${e.relatedActivityId() ?? ''}`;
  return `${task} ${channel} ${keywordsHigh} ${keywordsLow} ${pointerSize} ${ids} ${items} ${eventLine(e)}`;
}

/** As `inspect --json` tells events apart: TraceLogging events by name, all others by id. */
function nameOf(e: EventView): string {
  const event = e.kind === 'tracelogging' ? e.schema?.event : undefined;
  return `${e.kind}\t${e.providerId}\t${event ?? e.id}\t${e.version}\t${e.opcode}`;
}

function rowOf(id: string, row: EventCount, hashes: ReadonlyMap<string, string>): string {
  const name = `${row.kind}\t${row.provider}\t${row.event ?? row.id}\t${row.version}\t${row.opcode}`;
  return `${id}\t${name}\t${row.count}\t${row.decoded}\t${hashes.get(name) ?? '-'}`;
}

function hashOf(hashes: Map<string, Hash>, name: string): Hash {
  let hash = hashes.get(name);
  if (hash === undefined) hashes.set(name, (hash = createHash('sha256')));
  return hash;
}
