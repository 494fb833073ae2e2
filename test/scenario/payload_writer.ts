import type { Field, InType } from '../../src/etw/schema.ts';
import { ByteWriter } from './bytes.ts';
import { guidBytes, sidBytes } from './identifiers.ts';

/**
 * A value to write. Integers take numbers or bigints, also as `0x…` strings; GUIDs, SIDs and text are strings; Binary is
 * bytes; SYSTEMTIME is eight u16 (year, month, weekday, day, hour, minute, second, millisecond); addresses in
 * network order are given as bytes or as the integer of the field; a WbemSid is a SID or null (absent).
 */
export type WriteValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | null
  | readonly WriteValue[]
  | { readonly [name: string]: WriteValue };

/** Values by field name, or in the fields' order. */
export type WriteValues = readonly WriteValue[] | { readonly [name: string]: WriteValue };

/** A field and its value, for payloads without a schema: `[['UInt32', 5], ['UnicodeString', 'x']]`. */
export type TypedValue = readonly [type: InType, value: WriteValue];

/** The payload of a schema's fields. Throws where a value is missing or does not suit its type. */
export function encodePayload(
  fields: readonly Field[],
  values: WriteValues,
  pointerSize: 4 | 8 = 8,
): Uint8Array {
  const out = new ByteWriter();
  writeFields(out, fields, values, pointerSize);
  return out.take();
}

/** The payload of values that name their own types, in order. */
export function encodeTyped(values: readonly TypedValue[], pointerSize: 4 | 8 = 8): Uint8Array {
  const fields = values.map(([inType], i): Field => ({ name: String(i), inType }));
  return encodePayload(
    fields,
    values.map(([, value]) => value),
    pointerSize,
  );
}

function writeFields(
  out: ByteWriter,
  fields: readonly Field[],
  values: WriteValues,
  pointerSize: 4 | 8,
): void {
  fields.forEach((field, i) => {
    const value = valueOf(values, field.name, i);
    if (value === undefined) throw new Error(`no value for ${field.name}`);
    if (field.count === undefined) {
      writeOne(out, field, value, lengthOf(field, fields, values), pointerSize);
      return;
    }
    if (!isArray(value)) throw new Error(`${field.name} wants an array`);
    if (field.count === 'prefix') out.u16(value.length);
    for (const element of value) writeOne(out, field, element, lengthOf(field, fields, values), pointerSize);
  });
}

function valueOf(values: WriteValues, name: string, index: number): WriteValue | undefined {
  return isList(values) ? values[index] : values[name];
}

function isList(values: WriteValues): values is readonly WriteValue[] {
  return Array.isArray(values);
}

/** A constant, or the value of the earlier field that holds the length; undefined for the payload's rest. */
function lengthOf(field: Field, fields: readonly Field[], values: WriteValues): number | undefined {
  if (typeof field.length !== 'object') return typeof field.length === 'number' ? field.length : undefined;
  const at = field.length.field;
  const value = valueOf(values, fields[at]?.name ?? '', at);
  if (typeof value !== 'number') throw new Error(`${field.name} wants the length that field ${at} gives`);
  return value;
}

/** What a type's writer may need beside the value. */
interface Place {
  readonly field: Field;
  /** Characters of text, bytes of binary; undefined where the field has no length. */
  readonly length: number | undefined;
  readonly pointerSize: 4 | 8;
}

type Write = (out: ByteWriter, value: WriteValue, place: Place) => unknown;

function writeOne(
  out: ByteWriter,
  field: Field,
  value: WriteValue,
  length: number | undefined,
  pointerSize: 4 | 8,
): void {
  WRITERS[field.inType](out, value, { field, length, pointerSize });
}

const u8: Write = (out, value) => out.u8(toNumber(value));
const u16: Write = (out, value) => out.u16(toNumber(value));
const u32: Write = (out, value) => out.u32(toNumber(value));
const u64: Write = (out, value) => out.u64(toBigInt(value));
const pointer: Write = (out, value, { pointerSize }) => out.pointer(toBigInt(value), pointerSize);

/** TOKEN_USER.User.Sid as the kernel leaves it on disk: an address, meaningless there; not 0, which is absent. */
const USER_SID = 0xffff_b488_fc9c_dc20n;

const WRITERS: Readonly<Record<InType, Write>> = {
  Int8: u8,
  UInt8: u8,
  Int16: u16,
  UInt16: u16,
  Int32: u32,
  UInt32: u32,
  HexInt32: u32,
  Boolean: u32,
  Int64: u64,
  UInt64: u64,
  HexInt64: u64,
  FILETIME: u64,
  Pointer: pointer,
  SizeT: pointer,
  Float: (out, value) => out.f32(toNumber(value)),
  Double: (out, value) => out.f64(toNumber(value)),
  UnicodeString: (out, value, { length }) =>
    length === undefined
      ? out.utf16(`${toText(value)}\0`)
      : out.utf16(toText(value).slice(0, length).padEnd(length, '\0')),
  AnsiString: (out, value, { field, length }) => {
    const bytes = ansiBytes(field, toText(value));
    if (length === undefined) out.bytes(bytes).u8(0);
    else out.bytes(bytes.subarray(0, length)).fill(length - bytes.length);
  },
  UnicodeChar: (out, value) => out.utf16(toText(value).slice(0, 1).padEnd(1, '\0')),
  AnsiChar: (out, value) => out.latin1(toText(value).slice(0, 1).padEnd(1, '\0')),
  CountedUnicodeString: (out, value) => out.u16(toText(value).length * 2).utf16(toText(value)),
  CountedAnsiString: (out, value, { field }) => {
    const bytes = ansiBytes(field, toText(value));
    out.u16(bytes.length).bytes(bytes);
  },
  CountedBinary: (out, value) => out.u16(toBytes(value).length).bytes(toBytes(value)),
  Binary: (out, value) => out.bytes(toBytes(value)),
  GUID: (out, value) => out.bytes(guidBytes(toText(value))),
  SID: (out, value) => out.bytes(sidBytes(toText(value))),
  SYSTEMTIME: (out, value) => {
    if (!isArray(value) || value.length !== 8) throw new Error('SYSTEMTIME wants eight numbers');
    for (const part of value) out.u16(toNumber(part));
  },
  WbemSid: (out, value, { pointerSize }) => {
    if (value === null) out.u32(0);
    else
      out
        .pointer(USER_SID, pointerSize)
        .pointer(0, pointerSize)
        .bytes(sidBytes(toText(value)));
  },
  Struct: (out, value, { field, pointerSize }) => {
    if (value === null || typeof value !== 'object' || value instanceof Uint8Array) {
      throw new Error(`${field.name} wants the members of a struct`);
    }
    writeFields(out, field.fields ?? [], value, pointerSize);
  },
};

/** UTF-8 where the out type says so (utf8, json), else Latin-1 in the place of the writer's code page. */
function ansiBytes(field: Field, text: string): Uint8Array {
  const utf8 = field.outType === 'utf8' || field.outType === 'json';
  const out = new ByteWriter();
  return (utf8 ? out.utf8(text) : out.latin1(text)).take();
}

function isArray(value: WriteValue): value is readonly WriteValue[] {
  return Array.isArray(value);
}

function toNumber(value: WriteValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value)) return Number(value);
  throw new Error(`not a number but a ${typeof value}`);
}

function toBigInt(value: WriteValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value)) return BigInt(value);
  return BigInt(toNumber(value));
}

function toText(value: WriteValue): string {
  if (typeof value === 'string') return value;
  throw new Error(`not text but a ${typeof value}`);
}

function toBytes(value: WriteValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('not bytes');
}
