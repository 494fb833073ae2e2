import type { Buffer } from 'node:buffer';
import { memorySource } from '../../src/etl/open.ts';
import { Decoder, type LiveSchemas, type SchemaCatalogue } from '../../src/etw/decoder.ts';
import { readEventInfo } from '../../src/etw/embedded/event_info.ts';
import { readMapInfo } from '../../src/etw/embedded/map_info.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import { renderData } from '../../src/etw/render.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import { indexTrace, type TraceIndex } from '../../src/etw/trace_file.ts';

/** A TRACE_EVENT_INFO that a trace carries. */
export interface RecordedInfo {
  readonly guid: string;
  readonly id: number;
  readonly version: number;
  readonly provider: string;
  readonly blob: Uint8Array;
}

/** An EVENT_MAP_INFO that a trace carries. */
export interface RecordedMap {
  readonly guid: string;
  readonly name: string;
  readonly blob: Uint8Array;
}

/** Nothing is known but what a trace carries, or what is asked. */
const NOTHING: SchemaCatalogue = {
  manifest: () => undefined,
  classic: () => undefined,
  providerName: () => undefined,
};

/** A decoder that does not look at what a trace says of its own events. */
class UnlearnedDecoder extends Decoder {
  override learn(): void {}
}

/** What TDH said where a trace was merged: it stands in the trace. */
export function recordedAnswers(trace: Uint8Array): {
  readonly infos: readonly RecordedInfo[];
  readonly maps: readonly RecordedMap[];
} {
  const infos: RecordedInfo[] = [];
  const maps: RecordedMap[] = [];
  for (const e of events(trace, new Decoder(NOTHING))) {
    if (e.decoder.stateOf(e) !== 'event_schema') continue;
    const bytes: Buffer = e.bytes;
    const info = e.opcode === 32 ? readEventInfo(bytes, e.view, e.payloadStart, e.payloadEnd) : undefined;
    const map = e.opcode === 33 ? readMapInfo(bytes, e.view, e.payloadStart, e.payloadEnd) : undefined;
    if (info !== undefined) infos.push({ ...info, provider: info.schema.provider, blob: e.payload() });
    if (map !== undefined) maps.push({ guid: map.guid, name: map.name, blob: e.payload().slice(16) });
  }
  return { infos, maps };
}

/** The events of a trace that carry no description of their own: as the trace describes them, a line each. */
export function describedByTrace(trace: Uint8Array): string[] {
  const decoder = new Decoder(NOTHING);
  // Twice, since the descriptions stand behind what they describe.
  for (const _ of events(trace, decoder));
  return lines(trace, decoder);
}

/** The same, as asked. */
export function describedBy(live: LiveSchemas, trace: Uint8Array): string[] {
  return lines(trace, new UnlearnedDecoder(NOTHING, live));
}

function lines(trace: Uint8Array, decoder: Decoder): string[] {
  const found: string[] = [];
  for (const e of events(trace, decoder)) {
    if (e.kind !== 'event' || e.schema?.source !== 'embedded') continue;
    const data = renderData(e.schema, e.decode());
    const shown = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
    found.push(`${e.providerName} ${e.schema.event} ${JSON.stringify(data, shown)}`);
  }
  return found;
}

function* events(trace: Uint8Array, decoder: Decoder): Generator<EventView> {
  const index: TraceIndex | string = indexTrace(memorySource(trace));
  if (typeof index === 'string') throw new Error(index);
  const stream = new TraceStream([index], decoder);
  for (let e = stream.next(); e !== undefined; e = stream.next()) yield e;
}
