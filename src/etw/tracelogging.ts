import type { Buffer } from 'node:buffer';
import type { Field, InType, OutType, Schema } from './schema.ts';

/**
 * TraceLogging metadata (extended item 11): u16 TotalSize · tags (7 bits a byte, bit 7 = more) · event name,
 * UTF-8 NUL · fields until TotalSize. A field: name, UTF-8 NUL · u8 in type (bits 0-4 type, 0x20 constant
 * count, 0x40 variable count, 0x60 custom, 0x80 an out type byte follows) · u8 out type (0x80: tags follow) ·
 * u16 count (0x20) · u16 length and type info (0x60). Source: TraceLoggingProvider.h of the Windows SDK.
 */
const IN_TYPES: readonly (InType | undefined)[] = [
  undefined,
  'UnicodeString',
  'AnsiString',
  'Int8',
  'UInt8',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'CountedBinary',
  'GUID',
  'Pointer',
  'FILETIME',
  'SYSTEMTIME',
  'SID',
  'HexInt32',
  'HexInt64',
  'CountedUnicodeString',
  'CountedAnsiString',
  'Struct',
  'CountedBinary',
];
const OUT_TYPES: Readonly<Record<number, OutType>> = {
  2: 'string',
  3: 'bool',
  4: 'hex',
  5: 'pid',
  6: 'tid',
  7: 'port',
  8: 'ipv4',
  9: 'ipv6',
  10: 'sockaddr',
  11: 'xml',
  12: 'json',
  13: 'win32error',
  14: 'ntstatus',
  15: 'hresult',
  16: 'datetime',
  33: 'datetime',
  35: 'utf8',
  38: 'datetime',
};
const STRUCT = 24;
const CONSTANT_COUNT = 0x20;
const VARIABLE_COUNT = 0x40;
const CUSTOM = 0x60;
/** More fields than a real event has; the metadata's own size bounds the rest. */
const MAX_FIELDS = 1024;
const MAX_DEPTH = 8;

/** Reads the metadata in [from, from + size) into a schema; undefined when it is damaged. */
export function readTraceLoggingSchema(
  bytes: Buffer,
  from: number,
  size: number,
  provider: string,
): Schema | undefined {
  if (size < 3) return undefined;
  const end = from + Math.min(size, bytes.readUInt16LE(from));
  const cursor = { bytes, pos: from + 2, end, fields: 0 };
  if (!skipTags(cursor)) return undefined;
  const event = readName(cursor);
  if (event === undefined) return undefined;
  const fields = readFields(cursor, Number.MAX_SAFE_INTEGER, 0);
  return fields === undefined ? undefined : { provider, event, fields, source: 'tracelogging' };
}

interface Cursor {
  readonly bytes: Buffer;
  pos: number;
  readonly end: number;
  fields: number;
}

function readFields(c: Cursor, most: number, depth: number): Field[] | undefined {
  const fields: Field[] = [];
  while (fields.length < most && c.pos < c.end) {
    const field = readField(c, depth);
    if (field === undefined) return undefined;
    fields.push(field);
  }
  return fields;
}

function readField(c: Cursor, depth: number): Field | undefined {
  if (++c.fields > MAX_FIELDS || depth > MAX_DEPTH) return undefined;
  const name = readName(c);
  if (name === undefined || c.pos >= c.end) return undefined;
  const inByte = next(c);
  let outByte = 0;
  if ((inByte & 0x80) !== 0) {
    if (c.pos >= c.end) return undefined;
    outByte = next(c);
    if ((outByte & 0x80) !== 0 && !skipTags(c)) return undefined;
  }
  const counting = inByte & CUSTOM;
  let count: Field['count'];
  if (counting === CONSTANT_COUNT || counting === CUSTOM) {
    if (c.pos + 2 > c.end) return undefined;
    const n = next(c) | (next(c) << 8);
    if (counting === CUSTOM) c.pos += n;
    else count = n;
  } else if (counting === VARIABLE_COUNT) count = 'prefix';
  // Custom serialisation: the bytes are a counted blob whose layout only its writer knows.
  if (counting === CUSTOM) return c.pos <= c.end ? { name, inType: 'CountedBinary' } : undefined;
  return shape(c, depth, name, inByte & 0x1f, outByte & 0x7f, count);
}

function shape(
  c: Cursor,
  depth: number,
  name: string,
  inCode: number,
  outCode: number,
  count: Field['count'],
): Field | undefined {
  const counted = count === undefined ? {} : { count };
  if (inCode === STRUCT) {
    const fields = readFields(c, outCode, depth + 1);
    return fields?.length === outCode ? { name, inType: 'Struct', fields, ...counted } : undefined;
  }
  const inType = IN_TYPES[inCode];
  if (inType === undefined) return undefined;
  const outType = OUT_TYPES[outCode];
  return { name, inType, ...(outType === undefined ? {} : { outType }), ...counted };
}

function readName(c: Cursor): string | undefined {
  const nul = c.bytes.indexOf(0, c.pos);
  if (nul < 0 || nul >= c.end) return undefined;
  const name = c.bytes.toString('utf8', c.pos, nul);
  c.pos = nul + 1;
  return name;
}

function skipTags(c: Cursor): boolean {
  while (c.pos < c.end) if ((next(c) & 0x80) === 0) return true;
  return false;
}

function next(c: Cursor): number {
  return c.bytes[c.pos++] ?? 0;
}

/** Provider traits (item 12): u16 TotalSize, then the provider's name, UTF-8 NUL. Undefined when damaged. */
export function readTraitsName(bytes: Buffer, from: number, size: number): string | undefined {
  if (size < 3) return undefined;
  const nul = bytes.indexOf(0, from + 2);
  return nul < 0 || nul >= from + size ? undefined : bytes.toString('utf8', from + 2, nul);
}
