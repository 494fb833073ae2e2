import { Buffer } from 'node:buffer';

/** Strings up to this length are copied by a loop; above, one call into native code is cheaper. Measured. */
const SHORT_STRING = 48;
const SHORT_BYTES = 16;
const TWO_31 = 2_147_483_648;
const TWO_32 = 4_294_967_296;
const NS_PER_S = 1_000_000_000;
/** Of the last whole second whose nanoseconds all fit into 64 bits. */
const MAX_SECONDS = 18_446_744_073;

/**
 * Writes protobuf's wire format (https://protobuf.dev/programming-guides/encoding) into one growing buffer
 * that is reused from message to message. Varints are always of minimal length. A message's length stands
 * before its content: {@link open} leaves room for it and {@link close} fills it in.
 */
export class ProtobufWriter {
  #buffer: Buffer;
  #pos = 0;

  constructor(capacity = 64 * 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#pos;
  }

  /** Bytes the buffer can hold before it has to grow. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** What was written: a view that is valid until the next {@link reset}. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#pos);
  }

  /** A copy of what was written from a position on. */
  copyFrom(start: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#buffer, start, this.#pos);
  }

  /** Forgets what was written, or what was written behind a position; the buffer stays. */
  reset(length = 0): void {
    this.#pos = length;
  }

  /** One byte that is already wire format: a tag below field 16, or a small varint. */
  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#pos++] = value;
  }

  /** Bytes that are already wire format. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#pos = copyBytes(this.#buffer, this.#pos, bytes);
  }

  /** An unsigned varint below 2^32; of any other number the low 32 bits. */
  varint(value: number): void {
    this.#reserve(5);
    this.#pos = putVarint(this.#buffer, this.#pos, value >>> 0);
  }

  /** An int64 varint from an integer in [-2^63, 2^63); negative ones take ten bytes. */
  int64(value: number): void {
    this.#reserve(10);
    this.#pos = putInt64(this.#buffer, this.#pos, value);
  }

  fixed32(value: number): void {
    this.#reserve(4);
    this.#pos = putUint32(this.#buffer, this.#pos, value);
  }

  double(value: number): void {
    this.#reserve(8);
    this.#pos = this.#buffer.writeDoubleLE(value, this.#pos);
  }

  /**
   * [seconds, nanoseconds] since 1970 as a fixed64 of nanoseconds; exact where a double is not. A time that does not
   * fit (before 1970, after 2554, none at all) is written as 0, which OTLP reads as "unknown".
   */
  unixNanos(seconds: number, nanoseconds: number): void {
    this.#reserve(8);
    if (!isUnixTime(seconds, nanoseconds)) {
      this.#buffer.fill(0, this.#pos, this.#pos + 8);
      this.#pos += 8;
      return;
    }
    const low = (Math.imul(seconds, NS_PER_S) + nanoseconds) >>> 0;
    const total = seconds * NS_PER_S + nanoseconds;
    // `total` is off by some thousands at most: the low bits, which are exact, say to which side.
    let high = Math.floor(total / TWO_32);
    const off = total - high * TWO_32 - low;
    if (off > TWO_31) high++;
    else if (off < -TWO_31) high--;
    const buffer = this.#buffer;
    this.#pos = putUint32(buffer, putUint32(buffer, this.#pos, low), high);
  }

  /** A length and the bytes. */
  bytes(value: Uint8Array): void {
    this.#reserve(value.length + 5);
    this.#pos = copyBytes(this.#buffer, putVarint(this.#buffer, this.#pos, value.length), value);
  }

  /** A length and the bytes that a hexadecimal string stands for (a trace or span id). */
  hex(value: string): void {
    const length = value.length >>> 1;
    this.#reserve(length + 5);
    const buffer = this.#buffer;
    let pos = putVarint(buffer, this.#pos, length);
    for (let i = 0; i < length; i++) {
      buffer[pos++] = (nibble(value.charCodeAt(2 * i)) << 4) | nibble(value.charCodeAt(2 * i + 1));
    }
    this.#pos = pos;
  }

  /** A length and the string's UTF-8; a lone surrogate becomes U+FFFD. */
  string(value: string): void {
    this.#reserve(3 * value.length + 5);
    const size = varintSize(value.length);
    const start = this.#pos;
    // Assume ASCII, where the length is known beforehand.
    const written = this.#text(value, start + size);
    if (written === value.length) {
      putVarint(this.#buffer, start, written);
      this.#pos = start + size + written;
    } else {
      this.#pos = start + size + written;
      this.#patch(start, size, written);
    }
  }

  /**
   * A KeyValue with a string value as field `tag`: the commonest thing in a log message, so its three nested
   * lengths are computed and not patched. `key` is the encoded KeyValue.key.
   */
  stringAttribute(tag: number, key: Uint8Array, value: string): void {
    this.#reserve(key.length + 3 * value.length + 24);
    const start = this.#pos;
    let length = value.length;
    for (;;) {
      const inner = 1 + varintSize(length) + length;
      const buffer = this.#buffer;
      let pos = start;
      buffer[pos++] = tag;
      pos = putVarint(buffer, pos, key.length + 1 + varintSize(inner) + inner);
      pos = copyBytes(buffer, pos, key);
      buffer[pos++] = 0x12; // KeyValue.value
      pos = putVarint(buffer, pos, inner);
      buffer[pos++] = 0x0a; // AnyValue.string_value
      pos = putVarint(buffer, pos, length);
      const written = this.#text(value, pos);
      if (written === length) {
        this.#pos = pos + written;
        return;
      }
      length = written; // Not ASCII: once more, now with the right lengths.
    }
  }

  /** An AnyValue with a string value as field `tag`. */
  stringValue(tag: number, value: string): void {
    this.#reserve(3 * value.length + 16);
    const start = this.#pos;
    let length = value.length;
    for (;;) {
      const buffer = this.#buffer;
      buffer[start] = tag;
      let pos = putVarint(buffer, start + 1, 1 + varintSize(length) + length);
      buffer[pos++] = 0x0a; // AnyValue.string_value
      pos = putVarint(buffer, pos, length);
      const written = this.#text(value, pos);
      if (written === length) {
        this.#pos = pos + written;
        return;
      }
      length = written; // Not ASCII: once more, now with the right lengths.
    }
  }

  /** A KeyValue with a bool (`field` 0x10) or a small non-negative int (0x18) value below 128. */
  smallAttribute(tag: number, key: Uint8Array, field: number, value: number): void {
    this.#reserve(key.length + 16);
    const buffer = this.#buffer;
    buffer[this.#pos++] = tag;
    let pos = copyBytes(buffer, putVarint(buffer, this.#pos, key.length + 4), key);
    buffer[pos++] = 0x12; // KeyValue.value
    buffer[pos++] = 2;
    buffer[pos++] = field;
    buffer[pos++] = value;
    this.#pos = pos;
  }

  /** A KeyValue with an int value in [-2^63, 2^63). */
  intAttribute(tag: number, key: Uint8Array, value: number): void {
    if (value >= 0 && value < 128) {
      this.smallAttribute(tag, key, 0x18, value);
      return;
    }
    this.#reserve(key.length + 24);
    const buffer = this.#buffer;
    const inner = 1 + int64Size(value);
    buffer[this.#pos++] = tag;
    let pos = copyBytes(buffer, putVarint(buffer, this.#pos, key.length + 2 + inner), key);
    buffer[pos++] = 0x12; // KeyValue.value
    buffer[pos++] = inner;
    buffer[pos++] = 0x18; // AnyValue.int_value
    this.#pos = putInt64(buffer, pos, value);
  }

  /**
   * Begins a message whose length is not known, with room for `size` bytes of length; returns what
   * {@link close} wants. The closer the guess, the less is moved afterwards.
   */
  open(size: number): number {
    this.#reserve(size);
    const start = this.#pos;
    this.#pos = start + size;
    return start;
  }

  /** Ends the message that began at `start` with the same `size`. */
  close(start: number, size: number): void {
    this.#patch(start, size, this.#pos - start - size);
  }

  #patch(start: number, size: number, length: number): void {
    const actual = varintSize(length);
    if (actual !== size) {
      this.#reserve(5);
      this.#buffer.copyWithin(start + actual, start + size, this.#pos);
      this.#pos += actual - size;
    }
    putVarint(this.#buffer, start, length);
  }

  /** Puts a string's UTF-8 at a position, room being reserved; returns the number of bytes. */
  #text(value: string, pos: number): number {
    const buffer = this.#buffer;
    const { length } = value;
    if (length > SHORT_STRING) return buffer.write(value, pos, 'utf8');
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return buffer.write(value, pos, 'utf8');
      buffer[pos + i] = unit;
    }
    return length;
  }

  #reserve(bytes: number): void {
    if (this.#pos + bytes > this.#buffer.length) this.#grow(bytes);
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#pos + bytes));
    this.#buffer.copy(larger, 0, 0, this.#pos);
    this.#buffer = larger;
  }
}

/** Whether OTLP can carry a time: nanoseconds since 1970 in an unsigned 64-bit integer. */
export function isUnixTime(seconds: number, nanoseconds: number): boolean {
  return seconds >= 0 && seconds < MAX_SECONDS && nanoseconds >= 0 && nanoseconds < NS_PER_S;
}

/** Bytes that an unsigned varint below 2^35 takes. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  return 5;
}

/** Bytes that an int64 varint takes. */
function int64Size(value: number): number {
  if (value < 0) return 10;
  let size = varintSize(value);
  for (let limit = 34_359_738_368; size >= 5 && size < 9 && value >= limit; limit *= 128) size++;
  return size;
}

function putVarint(buffer: Buffer, pos: number, value: number): number {
  let rest = value;
  while (rest > 0x7f) {
    buffer[pos++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[pos++] = rest;
  return pos;
}

function putUint32(buffer: Buffer, pos: number, value: number): number {
  buffer[pos] = value;
  buffer[pos + 1] = value >>> 8;
  buffer[pos + 2] = value >>> 16;
  buffer[pos + 3] = value >>> 24;
  return pos + 4;
}

function putInt64(buffer: Buffer, pos: number, value: number): number {
  if (value >= 0 && value < TWO_32) return putVarint(buffer, pos, value);
  // Two's complement in two halves; exact, since a double above 2^53 has zeros at the end.
  const floor = Math.floor(value / TWO_32);
  let low = (value - floor * TWO_32) >>> 0;
  let high = floor >>> 0;
  while (high > 0 || low > 0x7f) {
    buffer[pos++] = (low & 0x7f) | 0x80;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  buffer[pos++] = low;
  return pos;
}

function copyBytes(buffer: Buffer, pos: number, bytes: Uint8Array): number {
  const { length } = bytes;
  if (length > SHORT_BYTES) {
    buffer.set(bytes, pos);
  } else {
    for (let i = 0; i < length; i++) buffer[pos + i] = bytes[i] as number;
  }
  return pos + length;
}

/** The value of a hexadecimal digit; what is none counts as 0. */
function nibble(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : 0;
}
