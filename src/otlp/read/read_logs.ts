import { Buffer } from 'node:buffer';
import { fromBinary } from '@bufbuild/protobuf';
import { type Attributes, type HrTime, SeverityNumber, type SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { Common } from '../../model/common.ts';
import { Kind } from '../../model/kind.ts';
import { LogRecord, Occurrence } from '../../model/log_record.ts';
import { internResource } from '../../model/resource.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { AttributeSets } from './attribute_sets.ts';
import {
  type AnyValue,
  ExportLogsServiceRequestSchema,
  type KeyValue,
  type ResourceLogs,
  type ScopeLogs,
  type LogRecord as SentRecord,
} from './generated/logs_pb.ts';

/** Scopes that are remembered; then it is begun anew. */
const MAX_SCOPES = 1024;
/** 0 to 24, in order. */
const SEVERITIES = Object.values(SeverityNumber).filter((value) => typeof value === 'number');
const NANOS = 1_000_000_000n;

/** Makes records of ExportLogsServiceRequests (opentelemetry.proto.collector.logs.v1). */
export class LogsReader {
  readonly #sets = new AttributeSets();
  readonly #kinds = new Map<string, Kind>();

  /**
   * The records of a request, in its order. Throws on bytes that are none, or whose values nest deeper than protobuf's
   * usual limit of 100 messages.
   */
  read(request: Uint8Array): LogRecord[] {
    const { resourceLogs } = fromBinary(ExportLogsServiceRequestSchema, request);
    return resourceLogs.flatMap((logs) => this.#ofResource(logs));
  }

  #ofResource({ resource, scopeLogs, schemaUrl }: ResourceLogs): LogRecord[] {
    const common = Common.ofResource(
      internResource(resourceAttributes(resource?.attributes ?? []), schemaUrl),
    );
    return scopeLogs.flatMap((logs) => {
      const kind = this.#kindOf(logs);
      return logs.logRecords.map((sent) => new LogRecord(this.#occurrence(sent), kind, common));
    });
  }

  #kindOf({ scope, schemaUrl }: ScopeLogs): Kind {
    const { name = '', version = '' } = scope ?? {};
    const key = JSON.stringify([name, version, schemaUrl]);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    if (this.#kinds.size >= MAX_SCOPES) this.#kinds.clear();
    const made: InstrumentationScope = {
      name,
      ...(version === '' ? {} : { version }),
      ...(schemaUrl === '' ? {} : { schemaUrl }),
    };
    const kind = new Kind(Object.freeze(made), []);
    this.#kinds.set(key, kind);
    return kind;
  }

  #occurrence(sent: SentRecord): Occurrence {
    const { timeUnixNano, observedTimeUnixNano, attributes, body } = sent;
    const observed = observedTimeUnixNano === 0n ? BigInt(Date.now()) * 1_000_000n : observedTimeUnixNano;
    return new Occurrence({
      // A record without a time happened when it was seen, says OTLP.
      hrTime: hrTimeOf(timeUnixNano === 0n ? observed : timeUnixNano),
      hrTimeObserved: hrTimeOf(observed),
      eventName: sent.eventName,
      severityNumber: SEVERITIES[sent.severityNumber] ?? SeverityNumber.UNSPECIFIED,
      severityText: sent.severityText,
      body: valueOf(body),
      own: this.#sets.setOf(pairsOf(attributes)),
      spanContext: spanContextOf(sent),
    });
  }
}

function hrTimeOf(nanos: bigint): HrTime {
  return [Number(nanos / NANOS), Number(nanos % NANOS)];
}

function spanContextOf({ traceId, spanId, flags }: SentRecord): SpanContext | undefined {
  if (traceId.length !== 16 || spanId.length !== 8) return undefined;
  return { traceId: hex(traceId), spanId: hex(spanId), traceFlags: flags & 0xff, isRemote: true };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function* pairsOf(pairs: readonly KeyValue[]): Generator<readonly [string, Value]> {
  for (const { key, value } of pairs) {
    const held = valueOf(value);
    if (held !== undefined) yield [key, held];
  }
}

/** A value; of an int64 beyond 2^53 the nearest number. Undefined for the empty value. */
function valueOf(any: AnyValue | undefined): Value | undefined {
  if (any === undefined) return undefined;
  const { value: held } = any;
  switch (held.case) {
    case undefined:
      return undefined;
    case 'intValue':
      return Number(held.value);
    case 'arrayValue':
      return held.value.values.map(valueOf).filter((item) => item !== undefined);
    case 'kvlistValue':
      return mapOf(held.value.values);
    case 'bytesValue':
      // A part of the request, which need not live as long.
      return Uint8Array.from(held.value);
    default:
      return held.value;
  }
}

function mapOf(pairs: readonly KeyValue[]): ValueMap {
  const map = Object.create(null) as Record<string, Value>;
  for (const [key, value] of pairsOf(pairs)) map[key] = value;
  return map;
}

/** OpenTelemetry's resources hold plain values and lists of them: what is neither is told as JSON. */
function resourceAttributes(pairs: readonly KeyValue[]): Attributes {
  const attributes = Object.create(null) as Attributes;
  for (const [name, value] of pairsOf(pairs)) {
    const isPlain = typeof value !== 'object' || (Array.isArray(value) && isList(value));
    attributes[name] = isPlain ? (value as Attributes[string]) : JSON.stringify(value);
  }
  return attributes;
}

function isList(values: readonly Value[]): boolean {
  const [first] = values;
  return typeof first !== 'object' && values.every((value) => typeof value === typeof first);
}
