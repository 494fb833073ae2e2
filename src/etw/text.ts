import type { Buffer } from 'node:buffer';

const SLOTS = 8192;
const MAX_CACHED = 512;

/**
 * Turns UTF-16LE payload bytes into strings through a direct-mapped cache: a trace repeats the same few
 * thousand paths and names millions of times, and hashing the bytes costs less than making the string.
 * Bounded: 8,192 strings of at most 512 characters.
 */
export class TextCache {
  readonly #strings: string[] = new Array<string>(SLOTS).fill('');
  readonly #hashes = new Int32Array(SLOTS);

  /** The string in [from, to) of a buffer; a trailing odd byte is left out. Lone surrogates are kept. */
  utf16(bytes: Buffer, view: DataView, from: number, to: number): string {
    const length = (to - from) >>> 1;
    if (length === 0) return '';
    if (length > MAX_CACHED) return bytes.toString('utf16le', from, from + 2 * length);
    let hash = length;
    let p = from;
    const end = from + 2 * length;
    for (; p + 4 <= end; p += 4) hash = Math.imul(hash ^ view.getInt32(p, true), 0x01000193);
    if (p < end) hash = Math.imul(hash ^ view.getUint16(p, true), 0x01000193);
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
