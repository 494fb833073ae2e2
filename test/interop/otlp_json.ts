import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** An attribute value as plain data: ints as numbers, bytes as base64, maps as objects. */
export type Plain =
  | string
  | number
  | boolean
  | undefined
  | readonly Plain[]
  | { readonly [key: string]: Plain };

/** A log record read from the OTLP JSON lines of a Collector's (or our own) file exporter. */
export interface StoredRecord {
  /** Unix time, nanoseconds. */
  readonly time: bigint;
  readonly observed: bigint;
  readonly eventName: string;
  readonly severity: number;
  readonly body: Plain;
  readonly attributes: Readonly<Record<string, Plain>>;
  readonly resource: Readonly<Record<string, Plain>>;
}

/** The OTLP JSON encoding of an AnyValue: int64 is a decimal string. */
interface JsonValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly boolValue?: boolean;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly JsonValue[] };
  readonly kvlistValue?: { readonly values?: readonly JsonPair[] };
}
interface JsonPair {
  readonly key: string;
  readonly value?: JsonValue;
}
interface JsonLine {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly JsonPair[] };
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly {
        readonly timeUnixNano?: string;
        readonly observedTimeUnixNano?: string;
        readonly eventName?: string;
        readonly severityNumber?: number;
        readonly body?: JsonValue;
        readonly attributes?: readonly JsonPair[];
      }[];
    }[];
  }[];
}

/** All records of a file, in its order, one line in memory at a time. */
export async function* readStored(path: string): AsyncGenerator<StoredRecord> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line === '') continue;
    const message: JsonLine = JSON.parse(line);
    yield* recordsOf(message);
  }
}

/** The records of one OTLP JSON line. */
export function* recordsOf(line: JsonLine): Generator<StoredRecord> {
  for (const { resource, scopeLogs } of line.resourceLogs ?? []) {
    const facts = pairs(resource?.attributes);
    for (const { logRecords } of scopeLogs ?? []) {
      for (const record of logRecords ?? []) {
        yield {
          time: BigInt(record.timeUnixNano ?? 0),
          observed: BigInt(record.observedTimeUnixNano ?? 0),
          eventName: record.eventName ?? '',
          severity: record.severityNumber ?? 0,
          body: plain(record.body),
          attributes: pairs(record.attributes),
          resource: facts,
        };
      }
    }
  }
}

function pairs(list: readonly JsonPair[] | undefined): Record<string, Plain> {
  const result: Record<string, Plain> = {};
  for (const { key, value } of list ?? []) {
    if (key in result) throw new Error(`attribute ${key} stands twice in one record`);
    result[key] = plain(value);
  }
  return result;
}

function plain(value: JsonValue | undefined): Plain {
  if (value === undefined) return undefined;
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.doubleValue !== undefined) return Number(value.doubleValue);
  if (value.boolValue !== undefined) return value.boolValue;
  if (value.bytesValue !== undefined) return value.bytesValue;
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue !== undefined) return pairs(value.kvlistValue.values);
  return undefined;
}
