import { setImmediate as nextTurn } from 'node:timers/promises';
import { learnSchemas } from '../../etl/load.ts';
import { filetimeToUnix } from '../../etw/clock.ts';
import type { Decoder } from '../../etw/decoder.ts';
import type { EventKind } from '../../etw/event.ts';
import type { EventView } from '../../etw/event_view.ts';
import type { Ticks } from '../../etw/log_header.ts';
import type { ProviderEntry } from '../../etw/providers.ts';
import { timeText } from '../../etw/time_text.ts';
import { TraceStream } from '../../etw/trace.ts';
import type { TraceIndex } from '../../etw/trace_file.ts';

/** How often one event occurs in a file, and how often it decoded into named fields. */
export interface EventCount {
  readonly kind: EventKind;
  readonly provider: string | null;
  readonly provider_name: string;
  /** The name, for TraceLogging events, whose id says nothing. */
  readonly event?: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  count: number;
  decoded: number;
}

/** An entry of `inspect --json`; null where a file that cannot be read does not say. */
export interface FileSummary {
  readonly path: string;
  readonly logger: string | null;
  readonly os_build: number | null;
  readonly clock: string | null;
  readonly pointer_size: number | null;
  readonly cpus: number | null;
  readonly buffers: number;
  readonly events: number;
  readonly decoded: number;
  readonly lost_events: number | null;
  readonly lost_buffers: number | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly errors: readonly string[];
  readonly by_event: readonly EventCount[];
}

/** Reads a trace to its end and counts. Stops early, with what was counted, when interrupted. */
export async function summarizeTrace(
  path: string,
  trace: TraceIndex,
  decoder: Decoder,
  interrupted: AbortSignal,
): Promise<FileSummary> {
  await learnSchemas([trace], decoder, interrupted);
  const stream = new TraceStream([trace], decoder);
  const counts = new Counts();
  let events = 0;
  for (let e = stream.next(); e !== undefined; e = stream.next()) {
    counts.add(e);
    if ((++events & 0x3fff) === 0) {
      await nextTurn();
      if (interrupted.aborted) break;
    }
  }
  const rows = counts.rows();
  const { header, problems } = trace;
  return {
    path,
    logger: header.loggerName,
    os_build: header.osBuild,
    clock: header.clock,
    pointer_size: header.pointerSize,
    cpus: header.processors,
    buffers: trace.buffers,
    events,
    decoded: rows.reduce((sum, row) => sum + row.decoded, 0),
    lost_events: header.eventsLost,
    lost_buffers: header.buffersLost,
    start: timeOf(header.startTime),
    end: timeOf(header.endTime),
    errors: problems.described.map(({ position, message }) => `at byte ${position}: ${message}`),
    by_event: rows,
  };
}

/** The entry of a file that is no readable trace. */
export function failedSummary(path: string, reason: string): FileSummary {
  return {
    path,
    logger: null,
    os_build: null,
    clock: null,
    pointer_size: null,
    cpus: null,
    buffers: 0,
    events: 0,
    decoded: 0,
    lost_events: null,
    lost_buffers: null,
    start: null,
    end: null,
    errors: [reason],
    by_event: [],
  };
}

function timeOf(ticks: Ticks): string | null {
  if (ticks.high === 0 && ticks.low === 0) return null;
  const { seconds, nanoseconds } = filetimeToUnix(ticks);
  return timeText(seconds, nanoseconds) ?? null;
}

// A hostile trace could name any number of events; beyond this they are counted in one row per provider.
const MAX_ROWS = 100_000;

class Counts {
  readonly #byProvider = new Map<ProviderEntry, Map<number | string, EventCount>>();
  #rows = 0;

  add(e: EventView): void {
    const row = this.#row(e);
    row.count++;
    if (e.decoder.decodes(e)) row.decoded++;
  }

  rows(): EventCount[] {
    const all: EventCount[] = [];
    for (const rows of this.#byProvider.values()) all.push(...rows.values());
    return all.sort((a, b) => b.count - a.count || order(a).localeCompare(order(b)));
  }

  #row(e: EventView): EventCount {
    let rows = this.#byProvider.get(e.provider);
    if (rows === undefined) this.#byProvider.set(e.provider, (rows = new Map()));
    const event = e.kind === 'tracelogging' ? e.schema?.event : undefined;
    const number = e.id + (e.version + e.opcode * 0x10000) * 0x10000;
    let key = event === undefined ? number : `${event}\u0000${number}`;
    let row = rows.get(key);
    if (row !== undefined) return row;
    if (this.#rows >= MAX_ROWS) key = -1;
    row = rows.get(key);
    if (row === undefined) {
      row = {
        kind: e.kind,
        provider: e.providerId,
        provider_name: e.providerName,
        ...(event === undefined ? {} : { event }),
        id: e.id,
        version: e.version,
        opcode: e.opcode,
        count: 0,
        decoded: 0,
      };
      rows.set(key, row);
      this.#rows++;
    }
    return row;
  }
}

function order(row: EventCount): string {
  return `${row.kind} ${row.provider_name} ${row.event ?? ''} ${row.id} ${row.version} ${row.opcode}`;
}
