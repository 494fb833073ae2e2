/**
 * What an attribute or a body may hold: OpenTelemetry's AnyValue without the parts its exporters drop
 * (BigInt, Date, null). 64-bit keys, keywords and addresses are `0x…` strings; counters are numbers.
 */
export type Value = string | number | boolean | Uint8Array | readonly Value[] | ValueMap;

/** A nested map of values. Made without a prototype where its keys come from untrusted data. */
export interface ValueMap {
  readonly [key: string]: Value;
}
