import { Buffer } from 'node:buffer';

/** A field of a protobuf message: its number, wire type and raw value. */
export interface Field {
  readonly number: number;
  /** 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32. */
  readonly wire: number;
  /** The varint or fixed value; 0 for a length-delimited field. */
  readonly value: bigint;
  /** The content of a length-delimited field; empty for the others. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Splits a protobuf message (https://protobuf.dev/programming-guides/encoding) into its fields; for the short
 * answers of a peer, so ease goes before speed. Undefined when the bytes are no such message.
 */
export function readFields(message: Uint8Array): readonly Field[] | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const fields: Field[] = [];
  let pos = 0;
  while (pos < bytes.length) {
    const tag = readVarint(bytes, pos);
    if (tag === undefined || tag.value >> 3n > 0x1fff_ffffn) return undefined;
    const field = readField(bytes, Number(tag.value >> 3n), Number(tag.value & 7n), tag.end);
    if (field === undefined) return undefined;
    fields.push(field.field);
    pos = field.end;
  }
  return fields;
}

function readField(
  bytes: Buffer,
  number: number,
  wire: number,
  pos: number,
): { readonly field: Field; readonly end: number } | undefined {
  if (wire === 0) {
    const varint = readVarint(bytes, pos);
    return varint && { field: { number, wire, value: varint.value, bytes: NO_BYTES }, end: varint.end };
  }
  if (wire === 2) {
    const length = readVarint(bytes, pos);
    if (length === undefined || length.value > BigInt(bytes.length - length.end)) return undefined;
    const end = length.end + Number(length.value);
    return { field: { number, wire, value: 0n, bytes: bytes.subarray(length.end, end) }, end };
  }
  const size = wire === 1 ? 8 : wire === 5 ? 4 : 0;
  if (size === 0 || pos + size > bytes.length) return undefined;
  const value = size === 8 ? bytes.readBigUInt64LE(pos) : BigInt(bytes.readUInt32LE(pos));
  return { field: { number, wire, value, bytes: NO_BYTES }, end: pos + size };
}

function readVarint(
  bytes: Buffer,
  start: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + i + 1 };
  }
  return undefined;
}

/** A varint as the int64 it stands for. */
export function asInt64(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

/** The UTF-8 text of a field; what is not UTF-8 becomes U+FFFD. */
export function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
