import type { Buffer } from 'node:buffer';

const SLOTS = 32_768;
const MAX_CACHED_BYTES = 1024;

/**
 * Turns UTF-16LE payload bytes into strings through a direct-mapped cache: a trace repeats the same few
 * thousand paths and names millions of times, and hashing the bytes costs less than making the string.
 * Bounded: 32,768 strings of at most 512 characters.
 */
export class TextCache {
  readonly #strings: string[] = new Array<string>(SLOTS).fill('');
  readonly #hashes = new Int32Array(SLOTS);
  /** Where the last utf16ToNul() stopped: the NUL, or the end it was given. */
  end = 0;

  /** The string in [from, to) of a buffer; a trailing odd byte is left out. Lone surrogates are kept. */
  utf16(bytes: Buffer, view: DataView, from: number, to: number): string {
    const end = from + ((to - from) & ~1);
    if (end - from > MAX_CACHED_BYTES) return bytes.toString('utf16le', from, end);
    let hash = 0;
    let p = from;
    for (; p + 4 <= end; p += 4) hash = Math.imul(hash ^ view.getInt32(p, true), 0x01000193);
    if (p < end) hash = Math.imul(hash ^ view.getUint16(p, true), 0x01000193);
    return this.#cached(bytes, view, from, end, hash);
  }

  /** The string from a position up to a NUL or `to`, in one pass over the bytes. */
  utf16ToNul(bytes: Buffer, view: DataView, from: number, to: number): string {
    let hash = 0;
    let p = from;
    for (; p + 4 <= to; p += 4) {
      const two = view.getInt32(p, true);
      if ((two & 0xffff) === 0 || two >>> 16 === 0) break;
      hash = Math.imul(hash ^ two, 0x01000193);
    }
    if (p + 2 <= to) {
      const one = view.getUint16(p, true);
      if (one !== 0) {
        hash = Math.imul(hash ^ one, 0x01000193);
        p += 2;
      }
    }
    this.end = p;
    if (p - from > MAX_CACHED_BYTES) return bytes.toString('utf16le', from, p);
    return this.#cached(bytes, view, from, p, hash);
  }

  #cached(bytes: Buffer, view: DataView, from: number, end: number, bytesHash: number): string {
    const length = (end - from) >>> 1;
    if (length === 0) return '';
    let hash = Math.imul(bytesHash ^ length, 0x01000193);
    hash ^= hash >>> 15;
    const slot = hash & (SLOTS - 1);
    const cached = this.#strings[slot] ?? '';
    if (this.#hashes[slot] === hash && cached.length === length && same(cached, view, from)) return cached;
    const made = bytes.toString('utf16le', from, end);
    this.#strings[slot] = made;
    this.#hashes[slot] = hash;
    return made;
  }
}

function same(text: string, view: DataView, from: number): boolean {
  for (let i = 0, p = from; i < text.length; i++, p += 2) {
    if (text.charCodeAt(i) !== view.getUint16(p, true)) return false;
  }
  return true;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** 8-bit text: UTF-8 where it is valid (ASCII is), else as Latin-1, since the writer's code page is unknown. */
export function narrowText(bytes: Buffer, from: number, to: number): string {
  for (let p = from; p < to; p++) {
    if ((bytes[p] ?? 0) > 0x7f) {
      try {
        return strictUtf8.decode(bytes.subarray(from, to));
      } catch {
        return bytes.toString('latin1', from, to);
      }
    }
  }
  return bytes.toString('latin1', from, to);
}
