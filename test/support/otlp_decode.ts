import { Buffer } from 'node:buffer';
import { asText, type Field, readFields } from '../../src/otlp/reader.ts';

/** A decoded AnyValue: ints as bigint, so that they differ from doubles; maps as lists of pairs, in order. */
export type DecodedValue =
  | string
  | boolean
  | bigint
  | number
  | Uint8Array
  | undefined
  | { readonly array: readonly DecodedValue[] }
  | { readonly map: DecodedAttributes };
export type DecodedAttributes = readonly (readonly [key: string, value: DecodedValue])[];

/** A decoded LogRecord, together with what stands around it. */
export interface DecodedLog {
  readonly resource: DecodedAttributes;
  readonly scope: string;
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: DecodedValue;
  readonly attributes: DecodedAttributes;
  readonly flags: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

/** The few facts of a decoded span that tests ask for. */
export interface DecodedSpan {
  readonly resource: DecodedAttributes;
  readonly scope: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly attributes: DecodedAttributes;
}

/** A decoded metric of numbers. */
export interface DecodedMetric {
  readonly resource: DecodedAttributes;
  readonly scope: string;
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'counter' | 'other';
  readonly points: readonly { readonly attributes: DecodedAttributes; readonly value: bigint | number }[];
}

/** The records of an ExportLogsServiceRequest in message order. Throws on anything that is none. */
export function decodeLogs(request: Uint8Array): DecodedLog[] {
  return decodeRequest(request, (fields, resource, scope) => ({
    resource,
    scope,
    timeUnixNano: one(fields, 1)?.value ?? 0n,
    severityNumber: Number(one(fields, 2)?.value ?? 0n),
    severityText: textOf(fields, 3),
    body: decodeValue(one(fields, 5)?.bytes),
    attributes: decodeAttributes(fields, 6),
    flags: Number(one(fields, 8)?.value ?? 0n),
    traceId: hexOf(fields, 9),
    spanId: hexOf(fields, 10),
    observedTimeUnixNano: one(fields, 11)?.value ?? 0n,
    eventName: textOf(fields, 12),
  }));
}

/** The spans of an ExportTraceServiceRequest in message order. */
export function decodeSpans(request: Uint8Array): DecodedSpan[] {
  return decodeRequest(request, (fields, resource, scope) => ({
    resource,
    scope,
    traceId: hexOf(fields, 1),
    spanId: hexOf(fields, 2),
    name: textOf(fields, 5),
    attributes: decodeAttributes(fields, 9),
  }));
}

/** The metrics of an ExportMetricsServiceRequest in message order. */
export function decodeMetrics(request: Uint8Array): DecodedMetric[] {
  return decodeRequest(request, (fields, resource, scope) => {
    const gauge = one(fields, 5);
    const sum = parse(one(fields, 7)?.bytes);
    // A sum that grows only, from the start on.
    const isCounter = one(sum, 3)?.value === 1n && one(sum, 2)?.value === 2n;
    return {
      resource,
      scope,
      name: textOf(fields, 1),
      unit: textOf(fields, 3),
      kind: gauge === undefined ? (isCounter ? 'counter' : 'other') : 'gauge',
      points: all(gauge === undefined ? sum : parse(gauge.bytes), 1).map(({ bytes }) =>
        decodePoint(parse(bytes)),
      ),
    };
  });
}

function decodePoint(fields: readonly Field[]): DecodedMetric['points'][number] {
  const double = one(fields, 4);
  const value = BigInt.asIntN(64, one(fields, 6)?.value ?? 0n);
  return {
    attributes: decodeAttributes(fields, 7),
    value: double === undefined ? value : asDouble(double.value),
  };
}

function decodeRequest<T>(
  request: Uint8Array,
  decode: (fields: readonly Field[], resource: DecodedAttributes, scope: string) => T,
): T[] {
  const items: T[] = [];
  for (const group of all(parse(request), 1)) {
    const inGroup = parse(group.bytes);
    const resource = decodeAttributes(parse(one(inGroup, 1)?.bytes), 1);
    for (const scoped of all(inGroup, 2)) {
      const inScope = parse(scoped.bytes);
      const scope = textOf(parse(one(inScope, 1)?.bytes), 1);
      for (const item of all(inScope, 2)) items.push(decode(parse(item.bytes), resource, scope));
    }
  }
  return items;
}

function decodeAttributes(fields: readonly Field[], number: number): DecodedAttributes {
  return all(fields, number).map(({ bytes }) => {
    const pair = parse(bytes);
    return [textOf(pair, 1), decodeValue(one(pair, 2)?.bytes)] as const;
  });
}

function decodeValue(bytes: Uint8Array | undefined): DecodedValue {
  const field = parse(bytes).at(-1);
  switch (field?.number) {
    case 1:
      return asText(field.bytes);
    case 2:
      return field.value !== 0n;
    case 3:
      return BigInt.asIntN(64, field.value);
    case 4:
      return asDouble(field.value);
    case 5:
      return { array: all(parse(field.bytes), 1).map((item) => decodeValue(item.bytes)) };
    case 6:
      return { map: decodeAttributes(parse(field.bytes), 1) };
    case 7:
      return Uint8Array.from(field.bytes);
    default:
      return undefined;
  }
}

function parse(bytes: Uint8Array | undefined): readonly Field[] {
  const fields = readFields(bytes ?? new Uint8Array(0));
  if (fields === undefined) throw new Error('not a protobuf message');
  return fields;
}
const asDouble = (bits: bigint) => new DataView(new BigUint64Array([bits]).buffer).getFloat64(0, true);
const all = (fields: readonly Field[], number: number) => fields.filter((field) => field.number === number);
const one = (fields: readonly Field[], number: number) => all(fields, number).at(-1);
const textOf = (fields: readonly Field[], number: number) =>
  asText(one(fields, number)?.bytes ?? new Uint8Array(0));
const hexOf = (fields: readonly Field[], number: number) =>
  Buffer.from(one(fields, number)?.bytes ?? new Uint8Array(0)).toString('hex');
