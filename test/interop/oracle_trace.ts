import { Buffer } from 'node:buffer';
import { learnSchemas, loadTrace } from '../../src/etl/load.ts';
import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { filetimeToUnix } from '../../src/etw/clock.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import type { LogHeader } from '../../src/etw/log_header.ts';
import { renderData } from '../../src/etw/render.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import type { ValueMap } from '../../src/model/value.ts';
import type { OracleEvent } from './oracle_file.ts';
import { tracePath } from './shared_data.ts';

/** An event as Sigel decodes it. */
export interface DecodedEvent {
  /** Provider and id, or class and opcode: what TraceEvent gives one name. */
  readonly key: string;
  /** From the header; -1 where it has none. */
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  readonly payload: Buffer;
  readonly data: ValueMap;
  /** Since the session's start. */
  readonly nanoseconds: number;
}

/** A trace as far as an oracle speaks of it. */
export interface DecodedTrace {
  readonly header: LogHeader;
  /** Of devices to drives (`\Device\HarddiskVolume2\` to `C:\`), as the trace says at its start. */
  readonly volumes: ReadonlyMap<string, string>;
  /** By {@link placesOf}. */
  readonly events: ReadonlyMap<string, readonly DecodedEvent[]>;
  /** How often each key occurs in the whole trace; samples of an idle processor, which TraceEvent drops, left out. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Reads a recorded trace as `sigel inspect` does; keeps the events that could be one of `wanted`. */
export async function readDecoded(id: string, wanted: readonly OracleEvent[]): Promise<DecodedTrace> {
  const trace = await loadTrace(tracePath(id));
  if ('reason' in trace) throw new Error(`${id}: ${trace.reason}`);
  const decoder = new Decoder(Catalogue.shipped());
  await learnSchemas([trace], decoder, new AbortController().signal);
  const stream = new TraceStream([trace], decoder);
  const start = filetimeToUnix(trace.header.startTime);
  const events = new Map<string, DecodedEvent[]>(wanted.map((event) => [oraclePlace(event), []]));
  const counts = new Map<string, number>();
  const volumes = new Map<string, string>();
  for (let e = stream.next(); e !== undefined; e = stream.next()) {
    const key = `${e.providerId} ${e.kind === 'event' ? e.id : e.kind === 'tracelogging' ? e.schema?.event : e.opcode}`;
    if (!isIdleSample(key, e)) counts.set(key, (counts.get(key) ?? 0) + 1);
    if (key === VOLUME_MAPPING) addVolume(volumes, e);
    const nanoseconds = (e.seconds - start.seconds) * 1e9 + e.nanoseconds - start.nanoseconds;
    const places = placesOf(nanoseconds, e.cpu, e.payloadEnd - e.payloadStart);
    let decoded: DecodedEvent | undefined;
    for (const place of places) events.get(place)?.push((decoded ??= decodedEvent(e, key, nanoseconds)));
  }
  trace.file.close();
  return { header: trace.header, volumes, events, counts };
}

/** Class PerfInfo, opcode SampleProf. */
const SAMPLE = 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc 46';

/** Whether the idle thread was running, and neither a DPC nor an ISR in its place (the lowest bits of Flags). */
function isIdleSample(key: string, e: EventView): boolean {
  if (key !== SAMPLE) return false;
  const [, thread, , flags] = e.decode();
  return thread === 0 && (Number(flags) & 3) === 0;
}

/** Class SystemConfigEx, opcode VolumeMapping. */
const VOLUME_MAPPING = '9b79ee91-b5fd-41c0-a243-4248e266e9d0 35';

function addVolume(volumes: Map<string, string>, e: EventView): void {
  const [device, drive] = e.decode();
  if (typeof device === 'string' && typeof drive === 'string' && drive !== '') volumes.set(device, drive);
}

/** Where an oracle's event is looked for: by time, processor and payload size. */
export function oraclePlace({ microseconds, cpu, length }: OracleEvent): string {
  return `${microseconds} ${cpu} ${length}`;
}

// TraceEvent rounds milliseconds in floating point, so what is half a microsecond goes either way.
function placesOf(nanoseconds: number, cpu: number, length: number): ReadonlySet<string> {
  const roundings = [Math.round((nanoseconds - 1) / 1000), Math.round((nanoseconds + 1) / 1000)];
  return new Set(roundings.map((microseconds) => `${microseconds} ${cpu} ${length}`));
}

function decodedEvent(e: EventView, key: string, nanoseconds: number): DecodedEvent {
  return {
    key,
    pid: e.pid === 0xffff_ffff ? -1 : e.pid,
    tid: e.tid === 0xffff_ffff ? -1 : e.tid,
    cpu: e.cpu,
    payload: Buffer.from(e.payload()),
    data: e.schema === undefined ? {} : renderData(e.schema, e.decode()),
    nanoseconds,
  };
}
