import { Buffer } from 'node:buffer';
import type { AttributeBlock, AttributeKey, AttributeSet } from '../model/attribute_set.ts';
import { ProtobufWriter } from './writer.ts';

// opentelemetry.proto.common.v1: KeyValue { key = 1, value = 2 }, AnyValue { string_value = 1, bool_value = 2,
// int_value = 3, double_value = 4, array_value = 5, kvlist_value = 6, bytes_value = 7 },
// ArrayValue { values = 1 }, KeyValueList { values = 1 }. A tag is field << 3 | wire type.

/** LogRecord.attributes = 6, length-delimited. */
export const LOG_ATTRIBUTES_TAG = 0x32;

/**
 * How deep arrays and maps may nest. A level costs three nested messages, a record's attribute lies six deep,
 * and readers commonly stop at 100.
 */
export const MAX_DEPTH = 30;
/** Stands where a value nests deeper than {@link MAX_DEPTH}. */
export const TOO_DEEP = '[nested too deeply]';

const INT64_MIN = -(2 ** 63);
const INT64_END = 2 ** 63;

/** Whether OTLP carries a number as an int64; every other number is a double. */
export function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= INT64_MIN && value < INT64_END;
}

/** The decimal digits of an int64; a double beyond 2^53 prints rounded, the integer that it is has more digits. */
export function int64Text(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(value));
}

/**
 * Writes the fields of an AnyValue, in the types that OpenTelemetry's JavaScript exporters choose: an integral
 * number in the range of an int64 is an int. What has no OTLP type (null, a bigint) becomes the empty value.
 */
export function writeAnyValue(writer: ProtobufWriter, value: unknown, depth = 0): void {
  switch (typeof value) {
    case 'string':
      writer.byte(0x0a);
      writer.string(value);
      break;
    case 'boolean':
      writer.byte(0x10);
      writer.byte(value ? 1 : 0);
      break;
    case 'number':
      if (isInt64(value)) {
        writer.byte(0x18);
        writer.int64(value);
      } else {
        writer.byte(0x21);
        writer.double(value);
      }
      break;
    case 'object':
      if (value !== null) writeComposite(writer, value, depth);
      break;
    default:
  }
}

function writeComposite(writer: ProtobufWriter, value: object, depth: number): void {
  if (value instanceof Uint8Array) {
    writer.byte(0x3a);
    writer.bytes(value);
  } else if (depth >= MAX_DEPTH) {
    writer.byte(0x0a);
    writer.string(TOO_DEEP);
  } else if (Array.isArray(value)) {
    writer.byte(0x2a);
    const start = writer.open(1);
    for (const item of value as readonly unknown[]) {
      writer.byte(0x0a);
      const itemStart = writer.open(1);
      writeAnyValue(writer, item, depth + 1);
      writer.close(itemStart, 1);
    }
    writer.close(start, 1);
  } else {
    writer.byte(0x32);
    const start = writer.open(1);
    writeAttributes(writer, 0x0a, value as Readonly<Record<string, unknown>>, depth + 1);
    writer.close(start, 1);
  }
}

/** Writes the own properties of a plain object as the repeated KeyValue field `tag`. */
export function writeAttributes(
  writer: ProtobufWriter,
  tag: number,
  attributes: Readonly<Record<string, unknown>>,
  depth = 0,
): void {
  for (const key in attributes) {
    // Property access is safe for any name here: an own `__proto__` property shadows the accessor.
    if (Object.hasOwn(attributes, key)) writeAttribute(writer, tag, keyNamed(key), attributes[key], depth);
  }
}

/** Writes a set of typed attributes as the repeated KeyValue field `tag`, with the keys' cached encodings. */
export function writeAttributeSet(writer: ProtobufWriter, tag: number, set: AttributeSet): void {
  const { keys } = set.shape;
  const { values } = set;
  for (let i = 0; i < keys.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    const key = keys[i] as AttributeKey;
    writeAttribute(writer, tag, (key.otlpKey ??= encodeKey(key.name)), value, 0);
  }
}

/** Writes a KeyValue as field `tag`; `key` is its encoded KeyValue.key. */
function writeAttribute(
  writer: ProtobufWriter,
  tag: number,
  key: Uint8Array,
  value: unknown,
  depth: number,
): void {
  if (typeof value === 'string') {
    writer.stringAttribute(tag, key, value);
  } else if (typeof value === 'number' && isInt64(value)) {
    writer.intAttribute(tag, key, value);
  } else if (typeof value === 'boolean') {
    writer.smallAttribute(tag, key, 0x10, value ? 1 : 0);
  } else {
    writer.byte(tag);
    const start = writer.open(1);
    writer.raw(key);
    writer.byte(0x12);
    const valueStart = writer.open(1);
    writeAnyValue(writer, value, depth);
    writer.close(valueStart, 1);
    writer.close(start, 1);
  }
}

/** Writes a block's attributes as LogRecord.attributes; the block keeps the bytes. */
export function writeBlock(writer: ProtobufWriter, block: AttributeBlock): void {
  if (block.otlp === undefined) {
    const start = writer.length;
    writeAttributeSet(writer, LOG_ATTRIBUTES_TAG, block);
    block.otlp = writer.copyFrom(start);
  } else {
    writer.raw(block.otlp);
  }
}

/** Names in payloads are those of fields, and few; a hostile trace with more, or longer ones, gains nothing by it. */
const MAX_NAMES = 4096;
const MAX_NAME_LENGTH = 64;
const names = new Map<string, Uint8Array>();

function keyNamed(name: string): Uint8Array {
  const known = names.get(name);
  if (known !== undefined) return known;
  const made = encodeKey(name);
  if (name.length > MAX_NAME_LENGTH) return made;
  if (names.size >= MAX_NAMES) names.clear();
  names.set(name, made);
  return made;
}

function encodeKey(name: string): Uint8Array {
  const writer = new ProtobufWriter(3 * name.length + 8);
  writer.byte(0x0a);
  writer.string(name);
  return new Uint8Array(Buffer.from(writer.view()));
}
