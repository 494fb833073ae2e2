/** A growable little-endian byte buffer: everything in ETW is little-endian. Numbers wrap to their width. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  u8(value: number): this {
    this.#reserve(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
    return this;
  }

  u16(value: number): this {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
    return this;
  }

  u32(value: number): this {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  /** 64 bits, signed or unsigned: the bytes are the same. */
  u64(value: number | bigint): this {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, BigInt.asUintN(64, BigInt(value)), true);
    this.#length += 8;
    return this;
  }

  f32(value: number): this {
    this.#reserve(4);
    this.#view.setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  f64(value: number): this {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }

  bytes(value: ArrayLike<number>): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** UTF-16 code units, without a NUL. */
  utf16(text: string): this {
    this.#reserve(text.length * 2);
    for (let i = 0; i < text.length; i++)
      this.#view.setUint16(this.#length + i * 2, text.charCodeAt(i), true);
    this.#length += text.length * 2;
    return this;
  }

  /** UTF-8, without a NUL. */
  utf8(text: string): this {
    return this.bytes(encoder.encode(text));
  }

  /** One byte per code unit (Latin-1), without a NUL. */
  latin1(text: string): this {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#view.setUint8(this.#length + i, text.charCodeAt(i));
    this.#length += text.length;
    return this;
  }

  /** A pointer of 4 or 8 bytes. */
  pointer(value: number | bigint, size: 4 | 8): this {
    return size === 8 ? this.u64(value) : this.u32(Number(BigInt.asUintN(32, BigInt(value))));
  }

  /** `count` bytes of `value`. */
  fill(count: number, value = 0): this {
    if (count > 0) {
      this.#reserve(count);
      this.#bytes.fill(value, this.#length, this.#length + count);
      this.#length += count;
    }
    return this;
  }

  /** Zero bytes up to the next multiple of `size`. */
  align(size: number): this {
    return this.fill((size - (this.#length % size)) % size);
  }

  /** Overwrites bytes written before; for sizes known afterwards. */
  setU8(offset: number, value: number): this {
    this.#view.setUint8(offset, value);
    return this;
  }

  setU32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  setU16(offset: number, value: number): this {
    this.#view.setUint16(offset, value, true);
    return this;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    const need = this.#length + more;
    if (need <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(need, this.#bytes.length * 2));
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const encoder = new TextEncoder();

/** Joins byte arrays. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
