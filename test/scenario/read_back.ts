import { Catalogue } from '../../src/etw/catalogue/catalogue.ts';
import { Decoder } from '../../src/etw/decoder.ts';
import type { EventKind } from '../../src/etw/event.ts';
import type { EventView } from '../../src/etw/event_view.ts';
import type { FieldValue } from '../../src/etw/schema.ts';
import { TraceStream } from '../../src/etw/trace.ts';
import type { ByteSource, TraceIndex } from '../../src/etw/trace_file.ts';
import { indexTrace } from '../../src/etw/trace_file.ts';

/** An event as Sigel's own decoder reads it, copied. */
export interface ReadEvent {
  readonly kind: EventKind;
  readonly providerId: string | null;
  readonly providerName: string;
  /** The event's name; undefined without a schema. */
  readonly event: string | undefined;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly level: number;
  readonly task: number;
  readonly channel: number;
  readonly keywords: bigint;
  readonly pid: number;
  readonly tid: number;
  readonly cpu: number;
  /** Unix time. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly activityId: string | undefined;
  readonly relatedActivityId: string | undefined;
  readonly pointerSize: number;
  /** Decoded fields by name; undefined without a schema. */
  readonly data: Readonly<Record<string, FieldValue>> | undefined;
  readonly values: readonly FieldValue[];
  readonly payload: Uint8Array;
}

/** What Sigel's decoder makes of written traces, merged in time. */
export interface ReadTrace {
  readonly events: readonly ReadEvent[];
  readonly traces: readonly TraceIndex[];
  /** Damage found, as sentences. */
  readonly problems: readonly string[];
}

/** Reads traces of one host and boot back. Throws when one is no trace at all. */
export function readBack(...files: readonly Uint8Array[]): ReadTrace {
  const traces = files.map((file) => {
    const index = indexTrace(memory(file));
    if (typeof index === 'string') throw new Error(index);
    return index;
  });
  const stream = new TraceStream(traces, new Decoder(Catalogue.shipped()));
  const events: ReadEvent[] = [];
  for (let event = stream.next(); event !== undefined; event = stream.next()) events.push(copy(event));
  const problems = traces.flatMap((trace) => trace.problems.described.map((problem) => problem.message));
  return { events, traces, problems };
}

function memory(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (position, target) => {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
  };
}

function copy(event: EventView): ReadEvent {
  const schema = event.schema;
  const values = [...event.decode()];
  const data =
    schema === undefined
      ? undefined
      : Object.fromEntries(schema.fields.map((field, i) => [field.name, values[i]] as const));
  return {
    kind: event.kind,
    providerId: event.providerId,
    providerName: event.providerName,
    event: schema?.event,
    id: event.id,
    version: event.version,
    opcode: event.opcode,
    level: event.level,
    task: event.task,
    channel: event.channel,
    keywords: (BigInt(event.keywordsHigh >>> 0) << 32n) | BigInt(event.keywordsLow >>> 0),
    pid: event.pid,
    tid: event.tid,
    cpu: event.cpu,
    seconds: event.seconds,
    nanoseconds: event.nanoseconds,
    activityId: event.activityId(),
    relatedActivityId: event.relatedActivityId(),
    pointerSize: event.pointerSize,
    data,
    values,
    payload: event.payload(),
  };
}
