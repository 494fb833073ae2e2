import { Buffer } from 'node:buffer';
import type { AttributeBlock, AttributeKey, AttributeSet } from '../model/attribute_set.ts';
import { int64Text, isInt64, MAX_DEPTH, TOO_DEEP } from './values.ts';

// OTLP's JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): protobuf's JSON
// mapping (64-bit integers as decimal strings, bytes as base64, non-finite doubles as strings) but for trace and
// span ids, which are hexadecimal, and enums, which are numbers. @opentelemetry/otlp-transformer's JSON writes
// ints as numbers and non-finite doubles as null, so it cannot stand in for what the Collector writes.

const keyPrefixes = new WeakMap<AttributeKey, string>();
const blocks = new WeakMap<AttributeBlock, string>();

/** A string as JSON; a lone surrogate becomes U+FFFD, as in the protobuf encoding. */
export function jsonString(text: string): string {
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}

/** An AnyValue as JSON. */
export function jsonAnyValue(value: unknown, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return `{"stringValue":${jsonString(value)}}`;
    case 'boolean':
      return value ? '{"boolValue":true}' : '{"boolValue":false}';
    case 'number':
      return jsonNumber(value);
    case 'object':
      return value === null ? '{}' : jsonComposite(value, depth);
    default:
      return '{}';
  }
}

function jsonNumber(value: number): string {
  if (isInt64(value)) return `{"intValue":"${int64Text(value)}"}`;
  return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
}

function jsonComposite(value: object, depth: number): string {
  if (value instanceof Uint8Array) {
    const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return `{"bytesValue":"${base64}"}`;
  }
  if (depth >= MAX_DEPTH) return `{"stringValue":"${TOO_DEEP}"}`;
  if (Array.isArray(value)) {
    const items = (value as readonly unknown[]).map((item) => jsonAnyValue(item, depth + 1)).join(',');
    return `{"arrayValue":{${items === '' ? '' : `"values":[${items}]`}}}`;
  }
  const pairs = jsonPairs(value as Readonly<Record<string, unknown>>, depth + 1);
  return `{"kvlistValue":{${pairs === '' ? '' : `"values":[${pairs}]`}}}`;
}

/** The own properties of a plain object as KeyValues, separated by commas. */
export function jsonPairs(attributes: Readonly<Record<string, unknown>>, depth = 0): string {
  let pairs = '';
  for (const key in attributes) {
    if (!Object.hasOwn(attributes, key)) continue;
    pairs += `${pairs === '' ? '' : ','}${prefixOf(key)}${jsonAnyValue(attributes[key], depth)}}`;
  }
  return pairs;
}

/** A set of typed attributes as KeyValues, separated by commas. */
export function jsonAttributeSet(set: AttributeSet): string {
  const { keys } = set.shape;
  let pairs = '';
  for (let i = 0; i < keys.length; i++) {
    const value = set.values[i];
    const key = keys[i];
    if (value === undefined || key === undefined) continue;
    let prefix = keyPrefixes.get(key);
    if (prefix === undefined) keyPrefixes.set(key, (prefix = prefixOf(key.name)));
    pairs += `${pairs === '' ? '' : ','}${prefix}${jsonAnyValue(value)}}`;
  }
  return pairs;
}

/** A block's attributes as KeyValues, separated by commas; made once per block. */
export function jsonBlock(block: AttributeBlock): string {
  let pairs = blocks.get(block);
  if (pairs === undefined) blocks.set(block, (pairs = jsonAttributeSet(block)));
  return pairs;
}

/** An empty key is left out, as the Collector does. */
function prefixOf(key: string): string {
  return key === '' ? '{"value":' : `{"key":${jsonString(key)},"value":`;
}
