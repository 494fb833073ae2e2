import { sidText, systemTimeText } from '../../etw/addresses.ts';
import { guidAt } from '../../etw/guid.ts';
import type { FieldValue, InType } from '../../etw/schema.ts';
import type { TypedValue } from '../../event_log/element.ts';
import { BinXmlError } from './node.ts';
import { latin1At, utf16At } from './text.ts';

/** Value types of binary XML, by number; 0x80 more for an array. Source: libevtx; winmeta.xml names the types. */
interface ValueType {
  readonly inType: InType;
  /** Bytes; 0 where the value has all that it is given. */
  readonly size: number;
  readonly read: (view: DataView, at: number, size: number) => FieldValue;
}

const exact = (value: bigint): number | bigint =>
  value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : value;
const uint64 = (view: DataView, at: number): number | bigint => exact(view.getBigUint64(at, true));
const uint32 = (view: DataView, at: number): number => view.getUint32(at, true);

const TYPES: Readonly<Record<number, ValueType>> = {
  0x01: { inType: 'UnicodeString', size: 0, read: utf16At },
  0x02: { inType: 'AnsiString', size: 0, read: latin1At },
  0x03: { inType: 'Int8', size: 1, read: (view, at) => view.getInt8(at) },
  0x04: { inType: 'UInt8', size: 1, read: (view, at) => view.getUint8(at) },
  0x05: { inType: 'Int16', size: 2, read: (view, at) => view.getInt16(at, true) },
  0x06: { inType: 'UInt16', size: 2, read: (view, at) => view.getUint16(at, true) },
  0x07: { inType: 'Int32', size: 4, read: (view, at) => view.getInt32(at, true) },
  0x08: { inType: 'UInt32', size: 4, read: uint32 },
  0x09: { inType: 'Int64', size: 8, read: (view, at) => exact(view.getBigInt64(at, true)) },
  0x0a: { inType: 'UInt64', size: 8, read: uint64 },
  0x0b: { inType: 'Float', size: 4, read: (view, at) => view.getFloat32(at, true) },
  0x0c: { inType: 'Double', size: 8, read: (view, at) => view.getFloat64(at, true) },
  0x0d: { inType: 'Boolean', size: 4, read: (view, at) => view.getUint32(at, true) !== 0 },
  0x0e: { inType: 'Binary', size: 0, read: (view, at, size) => bytesAt(view, at, size) },
  0x0f: { inType: 'GUID', size: 16, read: guidAt },
  0x11: { inType: 'FILETIME', size: 8, read: uint64 },
  0x12: { inType: 'SYSTEMTIME', size: 16, read: systemTimeText },
  0x14: { inType: 'HexInt32', size: 4, read: uint32 },
  0x15: { inType: 'HexInt64', size: 8, read: uint64 },
};
const BOOLEAN = 0x0d;
const SIZE_T = 0x10;
const SID = 0x13;
/** Elements that were written into a value; also as an array. */
export const BINXML = 0x21;
const EVT_XML = 0x23;
const ARRAY = 0x80;
const SMALLEST_SID = 8;

/** A value of `size` bytes at `at`. Throws a {@link BinXmlError} where its type is not known, or it is too short. */
export function readValue(view: DataView, type: number, at: number, size: number): TypedValue {
  if (size === 0)
    return { inType: 'UnicodeString', value: (type & ~ARRAY) <= 0x02 && type > 0 ? '' : undefined };
  if ((type & ARRAY) !== 0) return readArray(view, type & ~ARRAY, at, size);
  switch (type) {
    case 0:
      return { inType: 'UnicodeString', value: undefined };
    case BOOLEAN:
      return { inType: 'Boolean', value: isTrue(view, at, size) };
    case SIZE_T:
      return readValue(view, size === 8 ? 0x15 : 0x14, at, size);
    case SID:
      return { inType: 'SID', value: readSid(view, at, size) };
    case EVT_XML:
      return { inType: 'UnicodeString', value: utf16At(view, at, size) };
    default: {
      const { inType, read } = typeOf(type, size);
      return { inType, value: read(view, at, size) };
    }
  }
}

function typeOf(type: number, size: number): ValueType {
  const found = TYPES[type];
  if (found === undefined) throw new BinXmlError(`a value of the unknown type 0x${type.toString(16)}`);
  if (size < found.size) throw new BinXmlError(`a ${found.inType} of ${size} bytes`);
  return found;
}

// A boolean is four bytes by its description, and fewer or more where the writer says so.
function isTrue(view: DataView, at: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (view.getUint8(at + i) !== 0) return true;
  return false;
}

function readSid(view: DataView, at: number, size: number): string {
  if (size < SMALLEST_SID || SMALLEST_SID + 4 * view.getUint8(at + 1) > size)
    throw new BinXmlError(`a SID of ${size} bytes`);
  return sidText(view, at);
}

// Texts stand behind each other, each with a NUL; all else by its size.
function readArray(view: DataView, type: number, at: number, size: number): TypedValue {
  if (type === 0x01) return { inType: 'UnicodeString', value: utf16At(view, at, size).split('\0') };
  if (type === 0x02) return { inType: 'AnsiString', value: latin1At(view, at, size).split('\0') };
  const { inType, size: step, read } = typeOf(type, size);
  if (step === 0) throw new BinXmlError(`an array of ${inType}`);
  const values: FieldValue[] = [];
  for (let i = 0; i + step <= size; i += step) values.push(read(view, at + i, step));
  return { inType, value: values };
}

function bytesAt(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size).slice();
}
