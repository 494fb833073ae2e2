import type { Field, FieldRef, FieldValue, InType } from './schema.ts';

/**
 * What to do for a field: the in type, with those out types that change the value folded in. Plain numbers,
 * so that the reader can switch over them; the frequent ones are low.
 */
export const U8 = 0;
export const I8 = 1;
export const U16 = 2;
export const I16 = 3;
export const U32 = 4;
export const I32 = 5;
export const U64 = 6;
export const I64 = 7;
export const F32 = 8;
export const F64 = 9;
export const BOOL32 = 10;
export const BOOL8 = 11;
export const POINTER = 12;
export const GUID = 13;
export const SYSTEMTIME = 14;
export const SID = 15;
export const WBEM_SID = 16;
export const WIDE_Z = 17;
export const NARROW_Z = 18;
export const WIDE_N = 19;
export const NARROW_N = 20;
export const BINARY_N = 21;
export const WIDE_COUNTED = 22;
export const NARROW_COUNTED = 23;
export const BINARY_COUNTED = 24;
export const WIDE_CHAR = 25;
export const NARROW_CHAR = 26;
export const PORT = 27;
export const IPV4 = 28;
export const IPV6 = 29;
export const SOCKADDR_N = 30;
export const STRUCT = 31;
export const IPV6_N = 32;

/** One field, compiled. A length or count is a constant (>= 0), the index of an earlier field, or the rest. */
export interface Op {
  readonly code: number;
  readonly name: string;
  readonly length: number;
  readonly lengthField: number;
  /** -1: not an array; -2: a u16 in front of the elements says how many; -3: up to the payload's end. */
  readonly count: number;
  readonly countField: number;
  readonly members: readonly Op[];
}

export const NO_COUNT = -1;
export const PREFIX_COUNT = -2;
export const REST_COUNT = -3;
export const REST_LENGTH = -1;
const MAX_STRUCT_DEPTH = 8;

const SCALARS: Partial<Record<InType, number>> = {
  Int8: I8,
  UInt8: U8,
  Int16: I16,
  UInt16: U16,
  Int32: I32,
  UInt32: U32,
  HexInt32: U32,
  Int64: I64,
  UInt64: U64,
  HexInt64: U64,
  Float: F32,
  Double: F64,
  Boolean: BOOL32,
  Pointer: POINTER,
  SizeT: POINTER,
  GUID,
  FILETIME: U64,
  SYSTEMTIME,
  SID,
  WbemSid: WBEM_SID,
  UnicodeChar: WIDE_CHAR,
  AnsiChar: NARROW_CHAR,
  CountedUnicodeString: WIDE_COUNTED,
  CountedAnsiString: NARROW_COUNTED,
  CountedBinary: BINARY_COUNTED,
};

function codeOf(field: Field): number {
  const { inType, outType } = field;
  const sized = field.length !== undefined;
  switch (inType) {
    case 'UnicodeString':
      return sized ? WIDE_N : WIDE_Z;
    case 'AnsiString':
      return sized ? NARROW_N : NARROW_Z;
    case 'Binary':
      if (outType === 'ipv6') return sized ? IPV6_N : IPV6;
      return outType === 'sockaddr' ? SOCKADDR_N : BINARY_N;
    case 'Struct':
      return STRUCT;
    case 'UInt16':
      if (outType === 'port') return PORT;
      return outType === 'string' ? WIDE_CHAR : U16;
    case 'UInt32':
      return outType === 'ipv4' ? IPV4 : U32;
    case 'UInt8':
      if (outType === 'bool') return BOOL8;
      return outType === 'string' ? NARROW_CHAR : U8;
    default:
      return SCALARS[inType] ?? U8;
  }
}

function compile(fields: readonly Field[], depth: number): Op[] {
  return fields.map((field) => ({
    code: codeOf(field),
    name: field.name,
    length: field.length === 'rest' ? REST_LENGTH : constant(field.length ?? 0),
    lengthField: reference(field.length),
    count: countOf(field.count),
    countField: reference(field.count),
    members: field.fields !== undefined && depth < MAX_STRUCT_DEPTH ? compile(field.fields, depth + 1) : [],
  }));
}
function countOf(count: Field['count']): number {
  if (count === 'prefix') return PREFIX_COUNT;
  if (count === 'rest') return REST_COUNT;
  return count === undefined ? NO_COUNT : constant(count);
}
const constant = (of: number | FieldRef): number => (typeof of === 'number' ? of : 0);
const reference = (of: Field['count']): number => (typeof of === 'object' ? of.field : -1);

/** Bytes of the fields that always have the same size, by their code; of pointers there are two. */
const SIZES: Readonly<Record<number, number>> = {
  [U8]: 1,
  [I8]: 1,
  [U16]: 2,
  [I16]: 2,
  [U32]: 4,
  [I32]: 4,
  [U64]: 8,
  [BOOL32]: 4,
  [BOOL8]: 1,
};

/**
 * The first fields of a payload, those whose place is always the same: numbers and pointers. Arrays run side by
 * side, since the reader goes through them for every event.
 */
export interface FixedFields {
  /** Fields that they are, read or not. */
  readonly fields: number;
  /** Of the fields to be read: their codes, and their indices among all fields. */
  readonly codes: Uint8Array;
  readonly indices: Uint16Array;
  /** Where they lie in the payload, with pointers of 8 and of 4 bytes. */
  readonly offsets: Uint32Array;
  readonly offsets4: Uint32Array;
  /** Bytes of them all. */
  readonly size: number;
  readonly size4: number;
}

/**
 * A schema's fields as a program for {@link PayloadReader}, with the array its values go to (reused by each
 * decode of this schema).
 */
export class PayloadProgram {
  readonly ops: readonly Op[];
  readonly values: FieldValue[];
  readonly fixed: FixedFields;

  /** `wanted`: indices of the fields whose values are needed; others may stay undefined. All, if left out. */
  constructor(fields: readonly Field[], wanted?: ReadonlySet<number>) {
    this.ops = compile(fields, 0);
    this.values = new Array<FieldValue>(fields.length).fill(undefined);
    this.fixed = fixedFields(this.ops, wanted);
  }
}

function fixedFields(ops: readonly Op[], wanted: ReadonlySet<number> | undefined): FixedFields {
  const end = ops.findIndex((op) => !isFixed(op));
  const first = end < 0 ? ops : ops.slice(0, end);
  const referred = new Set(ops.flatMap((op) => [op.lengthField, op.countField]));
  const read = [...first.keys()].filter((i) => wanted === undefined || wanted.has(i) || referred.has(i));
  const offsets = offsetsOf(first, 8);
  const offsets4 = offsetsOf(first, 4);
  return {
    fields: first.length,
    codes: Uint8Array.from(read, (i) => first[i]?.code ?? U8),
    indices: Uint16Array.from(read),
    offsets: Uint32Array.from(read, (i) => offsets[i] ?? 0),
    offsets4: Uint32Array.from(read, (i) => offsets4[i] ?? 0),
    size: offsets[first.length] ?? 0,
    size4: offsets4[first.length] ?? 0,
  };
}

// The offset of each field, and behind them that of what follows.
function offsetsOf(ops: readonly Op[], pointerSize: number): number[] {
  const offsets = [0];
  let at = 0;
  for (const op of ops) {
    at += op.code === POINTER ? pointerSize : (SIZES[op.code] ?? 0);
    offsets.push(at);
  }
  return offsets;
}

function isFixed(op: Op): boolean {
  return (op.code === POINTER || op.code in SIZES) && op.count === NO_COUNT && op.countField < 0;
}
