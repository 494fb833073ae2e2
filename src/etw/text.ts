import type { Buffer } from 'node:buffer';

const SLOTS = 32_768;
/** Strings of up to 128 characters are compared two at a time with the words kept of them; longer ones by character. */
const WORDS = 64;
const MAX_CACHED_BYTES = 1024;
/** FNV's. */
const PRIME = 0x01000193;

/**
 * Turns UTF-16LE payload bytes into strings through a direct-mapped cache: a trace repeats the same few
 * thousand paths and names millions of times, and hashing the bytes costs less than making the string.
 * Bounded: 32,768 strings of at most 512 characters.
 */
export class TextCache {
  readonly #strings: string[] = new Array<string>(SLOTS).fill('');
  readonly #hashes = new Int32Array(SLOTS);
  readonly #words = new Int32Array(SLOTS * WORDS);
  /** Where the last utf16ToNul() stopped: the NUL, or the end it was given. */
  end = 0;

  /** The string in [from, to) of a buffer; a trailing odd byte is left out. Lone surrogates are kept. */
  utf16(bytes: Buffer, view: DataView, from: number, to: number): string {
    const end = from + ((to - from) & ~1);
    if (end - from > MAX_CACHED_BYTES) return bytes.toString('utf16le', from, end);
    let even = 0;
    let odd = 0;
    let p = from;
    for (; p + 8 <= end; p += 8) {
      even = Math.imul(even ^ view.getInt32(p, true), PRIME);
      odd = Math.imul(odd ^ view.getInt32(p + 4, true), PRIME);
    }
    for (; p < end; p += 2) even = Math.imul(even ^ view.getUint16(p, true), PRIME);
    return this.#cached(bytes, view, from, end, even ^ Math.imul(odd, PRIME));
  }

  /** The string from a position up to a NUL or `to`, in one pass over the bytes. */
  utf16ToNul(bytes: Buffer, view: DataView, from: number, to: number): string {
    // Two sums over every other pair of characters, since each step of one waits for the step before.
    let even = 0;
    let odd = 0;
    let p = from;
    for (; p + 8 <= to; p += 8) {
      const a = view.getInt32(p, true);
      const b = view.getInt32(p + 4, true);
      // A half that is 0 borrows from its own top bit.
      if (((((a - 0x10001) & ~a) | ((b - 0x10001) & ~b)) & 0x80008000) !== 0) break;
      even = Math.imul(even ^ a, PRIME);
      odd = Math.imul(odd ^ b, PRIME);
    }
    for (; p + 2 <= to; p += 2) {
      const one = view.getUint16(p, true);
      if (one === 0) break;
      even = Math.imul(even ^ one, PRIME);
    }
    this.end = p;
    if (p - from > MAX_CACHED_BYTES) return bytes.toString('utf16le', from, p);
    return this.#cached(bytes, view, from, p, even ^ Math.imul(odd, PRIME));
  }

  #cached(bytes: Buffer, view: DataView, from: number, end: number, bytesHash: number): string {
    const length = (end - from) >>> 1;
    if (length === 0) return '';
    let hash = Math.imul(bytesHash ^ length, PRIME);
    hash ^= hash >>> 15;
    const slot = hash & (SLOTS - 1);
    const cached = this.#strings[slot] ?? '';
    if (this.#hashes[slot] === hash && cached.length === length && this.#same(slot, cached, view, from))
      return cached;
    const made = bytes.toString('utf16le', from, end);
    this.#strings[slot] = made;
    this.#hashes[slot] = hash;
    const words = Math.min(length >>> 1, WORDS);
    for (let i = 0; i < words; i++) this.#words[slot * WORDS + i] = view.getInt32(from + 4 * i, true);
    return made;
  }

  #same(slot: number, text: string, view: DataView, from: number): boolean {
    const words = this.#words;
    const first = slot * WORDS;
    const kept = Math.min(text.length >>> 1, WORDS);
    for (let i = 0; i < kept; i++) if (words[first + i] !== view.getInt32(from + 4 * i, true)) return false;
    for (let i = 2 * kept; i < text.length; i++)
      if (text.charCodeAt(i) !== view.getUint16(from + 2 * i, true)) return false;
    return true;
  }
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
