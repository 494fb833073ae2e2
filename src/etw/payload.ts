import { Buffer } from 'node:buffer';
import { ipv4Text, ipv6Text, sidText, sockaddrText, systemTimeText } from './addresses.ts';
import { readFixed, unsigned64 } from './fixed_fields.ts';
import { guidAt } from './guid.ts';
import {
  BINARY_COUNTED,
  BOOL8,
  BOOL32,
  F32,
  F64,
  GUID,
  I8,
  I16,
  I32,
  I64,
  IPV4,
  IPV6,
  IPV6_N,
  NARROW_CHAR,
  NARROW_COUNTED,
  NARROW_N,
  NARROW_Z,
  NO_COUNT,
  type Op,
  type PayloadProgram,
  POINTER,
  PORT,
  PREFIX_COUNT,
  REST_COUNT,
  REST_LENGTH,
  SID,
  SOCKADDR_N,
  STRUCT,
  SYSTEMTIME,
  U8,
  U16,
  U32,
  U64,
  WBEM_SID,
  WIDE_CHAR,
  WIDE_COUNTED,
  WIDE_N,
  WIDE_Z,
} from './payload_program.ts';
import type { FieldValue } from './schema.ts';
import { narrowText, type TextCache } from './text.ts';

/**
 * Array elements and struct members in one payload may be empty; more than this many, and two for each byte,
 * are no payload that anybody wrote.
 */
const MAX_EMPTY = 256;

/** Thrown within the reader only, when the payload ends before the field does. */
const SHORT = Symbol('short payload');

/**
 * Decodes payloads. Follows TDH's rules (etw-format 9.2): a string without a length goes to its NUL or to
 * the payload's end; lengths are characters for strings, bytes for binary; bytes behind the last field are
 * normal. Every read is bounded by the payload.
 */
export class PayloadReader {
  #view: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Buffer = Buffer.alloc(0);
  #pos = 0;
  #end = 0;
  #pointerSize = 8;
  #elements = 0;
  #maxElements = 0;
  readonly #text: TextCache;

  constructor(text: TextCache) {
    this.#text = text;
  }

  /** Where the last decode stopped: the first byte behind the last whole field. */
  get position(): number {
    return this.#pos;
  }

  /** Fills `program.values` from the payload and returns it; undefined from the first field that is cut off. */
  decode(
    program: PayloadProgram,
    view: DataView,
    bytes: Buffer,
    from: number,
    to: number,
    pointerSize: number,
  ): readonly FieldValue[] {
    this.#view = view;
    this.#bytes = bytes;
    this.#pos = from;
    this.#end = to;
    this.#pointerSize = pointerSize;
    this.#elements = 0;
    this.#maxElements = MAX_EMPTY + 2 * (to - from);
    const { ops, values, fixed } = program;
    let i = 0;
    const size = pointerSize === 4 ? fixed.size4 : fixed.size;
    if (from + size <= to) {
      readFixed(fixed, view, from, pointerSize, values);
      this.#pos = from + size;
      i = fixed.fields;
    }
    let start = this.#pos;
    for (; i < ops.length; i++) {
      const op = ops[i] as Op;
      start = this.#pos;
      const value =
        op.count === NO_COUNT && op.countField < 0 ? this.#scalar(op, values) : this.#array(op, values);
      if (value === SHORT) {
        this.#pos = start;
        values.fill(undefined, i);
        return values;
      }
      values[i] = value;
    }
    return values;
  }

  // A scalar or a string at the position; SHORT when the payload ends before it does.
  #scalar(op: Op, earlier: readonly FieldValue[]): FieldValue | typeof SHORT {
    const p = this.#pos;
    const view = this.#view;
    switch (op.code) {
      case U32:
        if (p + 4 > this.#end) return SHORT;
        this.#pos = p + 4;
        return view.getUint32(p, true);
      case POINTER:
        if (this.#pointerSize === 4) {
          if (p + 4 > this.#end) return SHORT;
          this.#pos = p + 4;
          return view.getUint32(p, true);
        }
        return this.#unsigned64();
      case U64:
        return this.#unsigned64();
      case WIDE_Z:
        return this.#wideToNul();
      case U16:
        if (p + 2 > this.#end) return SHORT;
        this.#pos = p + 2;
        return view.getUint16(p, true);
      case U8:
        if (p + 1 > this.#end) return SHORT;
        this.#pos = p + 1;
        return view.getUint8(p);
      case I32:
        if (p + 4 > this.#end) return SHORT;
        this.#pos = p + 4;
        return view.getInt32(p, true);
      case BOOL32:
        if (p + 4 > this.#end) return SHORT;
        this.#pos = p + 4;
        return view.getInt32(p, true) !== 0;
      case NARROW_Z:
        return this.#narrowToNul();
      default:
        return this.#rare(op, earlier);
    }
  }

  #rare(op: Op, earlier: readonly FieldValue[]): FieldValue | typeof SHORT {
    const view = this.#view;
    const p = this.#pos;
    switch (op.code) {
      case I8:
        return this.#skip(1) ? view.getInt8(p) : SHORT;
      case I16:
        return this.#skip(2) ? view.getInt16(p, true) : SHORT;
      case I64:
        return this.#skip(8) ? narrow(view.getBigInt64(p, true)) : SHORT;
      case F32:
        return this.#skip(4) ? view.getFloat32(p, true) : SHORT;
      case F64:
        return this.#skip(8) ? view.getFloat64(p, true) : SHORT;
      case BOOL8:
        return this.#skip(1) ? view.getUint8(p) !== 0 : SHORT;
      case PORT:
        return this.#skip(2) ? view.getUint16(p) : SHORT;
      case IPV4:
        return this.#skip(4) ? ipv4Text(view, p) : SHORT;
      case IPV6:
        return this.#skip(16) ? ipv6Text(view, p) : SHORT;
      case GUID:
        return this.#skip(16) ? guidAt(view, p) : SHORT;
      case SYSTEMTIME:
        return this.#skip(16) ? systemTimeText(view, p) : SHORT;
      case WIDE_CHAR:
        return this.#skip(2) ? String.fromCharCode(view.getUint16(p, true)) : SHORT;
      case NARROW_CHAR:
        return this.#skip(1) ? String.fromCharCode(view.getUint8(p)) : SHORT;
      case SID:
        return this.#sid();
      case WBEM_SID:
        return this.#wbemSid();
      case STRUCT:
        return this.#struct(op);
      default:
        return this.#sized(op, earlier);
    }
  }

  // Strings and binary whose length stands elsewhere or in front.
  #sized(op: Op, earlier: readonly FieldValue[]): FieldValue | typeof SHORT {
    const counted = op.code === WIDE_COUNTED || op.code === NARROW_COUNTED || op.code === BINARY_COUNTED;
    let size: number;
    if (counted) {
      const p = this.#pos;
      if (!this.#skip(2)) return SHORT;
      size = this.#view.getUint16(p, true);
    } else {
      const length = op.lengthField < 0 ? op.length : natural(earlier[op.lengthField]);
      if (length === REST_LENGTH) size = this.#end - this.#pos;
      else size = op.code === WIDE_N ? 2 * length : length;
    }
    const from = this.#pos;
    if (!this.#skip(size)) return SHORT;
    const to = from + size;
    switch (op.code) {
      case WIDE_N:
        return this.#text.utf16(this.#bytes, this.#view, from, this.#nul(from, to, 2));
      case WIDE_COUNTED:
        return this.#text.utf16(this.#bytes, this.#view, from, to);
      case NARROW_N:
        return narrowText(this.#bytes, from, this.#nul(from, to, 1));
      case NARROW_COUNTED:
        return narrowText(this.#bytes, from, to);
      case IPV6_N:
        return size === 16 ? ipv6Text(this.#view, from) : this.#copy(from, to);
      case SOCKADDR_N:
        return sockaddrText(this.#view, from, size) ?? this.#copy(from, to);
      default:
        return this.#copy(from, to);
    }
  }

  #array(op: Op, earlier: readonly FieldValue[]): FieldValue | typeof SHORT {
    let count = op.countField < 0 ? op.count : natural(earlier[op.countField]);
    if (count === REST_COUNT) return this.#restArray(op, earlier);
    if (count === PREFIX_COUNT) {
      const p = this.#pos;
      if (!this.#skip(2)) return SHORT;
      count = this.#view.getUint16(p, true);
    }
    // Elements may be empty (structs without members), so their number is bounded over the whole payload.
    this.#elements += count;
    if (this.#elements > this.#maxElements) return SHORT;
    if (op.code === WIDE_CHAR) return this.#charArray(count, 2);
    if (op.code === NARROW_CHAR) return this.#charArray(count, 1);
    const elements: FieldValue[] = [];
    for (let i = 0; i < count; i++) {
      const value = this.#scalar(op, earlier);
      if (value === SHORT) return SHORT;
      elements.push(value);
    }
    return elements;
  }

  // Whole elements up to the payload's end. What is empty would never end.
  #restArray(op: Op, earlier: readonly FieldValue[]): FieldValue {
    const elements: FieldValue[] = [];
    for (; this.#elements < this.#maxElements; this.#elements++) {
      const from = this.#pos;
      const value = this.#scalar(op, earlier);
      if (value === SHORT || this.#pos === from) {
        this.#pos = from;
        break;
      }
      elements.push(value);
    }
    return elements;
  }

  // An array of characters is a string, cut at its NUL.
  #charArray(count: number, width: 1 | 2): string | typeof SHORT {
    const from = this.#pos;
    if (!this.#skip(count * width)) return SHORT;
    const to = this.#nul(from, this.#pos, width);
    return width === 2
      ? this.#text.utf16(this.#bytes, this.#view, from, to)
      : narrowText(this.#bytes, from, to);
  }

  #struct(op: Op): FieldValue | typeof SHORT {
    // A struct may be empty bytes too, and an array holds many: its members count like elements.
    this.#elements += op.members.length;
    if (this.#elements > this.#maxElements) return SHORT;
    const values: FieldValue[] = [];
    // Names come from the trace: without a prototype none of them can do harm.
    const struct = Object.create(null) as Record<string, FieldValue>;
    for (const member of op.members) {
      const value =
        member.count === NO_COUNT && member.countField < 0
          ? this.#scalar(member, values)
          : this.#array(member, values);
      if (value === SHORT) return SHORT;
      values.push(value);
      struct[member.name] = value;
    }
    return struct;
  }

  #unsigned64(): number | bigint | typeof SHORT {
    const p = this.#pos;
    if (p + 8 > this.#end) return SHORT;
    this.#pos = p + 8;
    return unsigned64(this.#view, p);
  }

  #wideToNul(): string | typeof SHORT {
    const from = this.#pos;
    const end = this.#end;
    if (from >= end) return SHORT;
    const text = this.#text.utf16ToNul(this.#bytes, this.#view, from, end);
    // Without a NUL the rest of the payload is the string (seen in HttpService and WinRM events).
    this.#pos = this.#text.end + 2 <= end ? this.#text.end + 2 : end;
    return text;
  }

  #narrowToNul(): string | typeof SHORT {
    const from = this.#pos;
    if (from >= this.#end) return SHORT;
    let p = from;
    while (p < this.#end && this.#view.getUint8(p) !== 0) p++;
    this.#pos = Math.min(p + 1, this.#end);
    return narrowText(this.#bytes, from, p);
  }

  #sid(): string | typeof SHORT {
    const p = this.#pos;
    if (p + 8 > this.#end) return SHORT;
    const size = 8 + 4 * this.#view.getUint8(p + 1);
    return this.#skip(size) ? sidText(this.#view, p) : SHORT;
  }

  // TOKEN_USER (a pointer, and attributes padded to a pointer) and the SID behind it; a first u32 of 0 means
  // that there is none. Relogged events have a null pointer with a SID, so what looks like one counts.
  #wbemSid(): string | typeof SHORT {
    const p = this.#pos;
    if (p + 4 > this.#end) return SHORT;
    const sidAt = p + 2 * this.#pointerSize;
    if (this.#view.getUint32(p, true) === 0 && !this.#looksLikeSid(sidAt)) {
      this.#pos = p + 4;
      return '';
    }
    return this.#skip(2 * this.#pointerSize) ? this.#sid() : SHORT;
  }

  // Revision 1, at most 15 parts, and an authority below 256, as all of Windows' own are.
  #looksLikeSid(at: number): boolean {
    const view = this.#view;
    if (at + 8 > this.#end || view.getUint8(at) !== 1 || view.getUint8(at + 1) > 15) return false;
    return (
      view.getUint32(at + 2, true) === 0 &&
      view.getUint8(at + 6) === 0 &&
      at + 8 + 4 * view.getUint8(at + 1) <= this.#end
    );
  }

  #skip(size: number): boolean {
    const next = this.#pos + size;
    if (next > this.#end) return false;
    this.#pos = next;
    return true;
  }

  #nul(from: number, to: number, width: 1 | 2): number {
    let p = from;
    if (width === 2) while (p + 2 <= to && this.#view.getUint16(p, true) !== 0) p += 2;
    else while (p < to && this.#view.getUint8(p) !== 0) p++;
    return p;
  }

  #copy(from: number, to: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, to - from).slice();
  }
}

/** A length or count that another field gives; what is not a natural number is none. */
function natural(value: FieldValue): number {
  if (typeof value === 'number') return value > 0 ? Math.floor(value) : 0;
  return typeof value === 'bigint' ? Number.MAX_SAFE_INTEGER : 0;
}

function narrow(value: bigint): number | bigint {
  const exact = Number(value);
  return Number.isSafeInteger(exact) ? exact : value;
}
