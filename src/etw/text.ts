import type { Buffer } from 'node:buffer';

/** Two for each hash: the newer string in the first. */
const SLOTS = 32_768;
/** Strings kept; 0 stands for none. */
const MAX_STRINGS = 16_384;
/** Doubles that all kept strings have together (4 MiB), with four characters in each. */
const ROOM = 524_288;
const MAX_CACHED_BYTES = 1024;
/** FNV's. */
const PRIME = 0x01000193;

/**
 * Turns UTF-16LE payload bytes into strings through a cache: a trace repeats the same few
 * thousand paths and names millions of times, and comparing bytes costs less than making the string. Where a
 * string stands is told by a sample of its words, and whether it is the one by all of them, as doubles: four
 * characters at a time. A NaN is unequal to itself, so a string that has one (some rare CJK letters) is made
 * anew each time; 0 and -0 are equal, so no string with NULs is kept.
 *
 * A look-up costs what it misses in the processor's caches. So the table of slots is small, and what it leads
 * to stands in the order in which the strings were first met, which is often that in which they come again.
 * Bounded: 16,383 strings of at most 512 characters, 4 MiB of characters in all; what is full starts anew.
 */
export class TextCache {
  /** The number of the string that a slot holds. */
  readonly #slots = new Uint16Array(SLOTS);
  readonly #strings: string[] = new Array<string>(MAX_STRINGS).fill('');
  /** Of each string: its size in bytes, and where its characters begin. */
  readonly #places = new Int32Array(2 * MAX_STRINGS);
  readonly #room = new Float64Array(ROOM);
  /** The last parts of strings that are paths, and their extensions; null where nobody asked yet. */
  readonly #names: (string | undefined | null)[] = new Array<null>(MAX_STRINGS).fill(null);
  readonly #extensions: (string | undefined)[] = new Array<undefined>(MAX_STRINGS).fill(undefined);
  #count = 1;
  #used = 0;
  /** The string that was last asked for, and the one before: those of one event. */
  #last = 0;
  #before = 0;
  /** Where the last utf16ToNul() stopped: the NUL, or the end it was given. */
  end = 0;

  /** The string in [from, to) of a buffer; a trailing odd byte is left out. Lone surrogates are kept. */
  utf16(bytes: Buffer, view: DataView, from: number, to: number): string {
    const size = (to - from) & ~1;
    if (size === 0) return '';
    if (size > MAX_CACHED_BYTES) return bytes.toString('utf16le', from, from + size);
    const slot = slotOf(view, from, from + size);
    const known = this.#find(slot, view, from, size);
    if (known !== 0) return this.#taken(known);
    const made = bytes.toString('utf16le', from, from + size);
    if (!made.includes('\0')) this.#keep(slot, made, view, from, size);
    return made;
  }

  /** The string from a position up to a NUL or `to`. */
  utf16ToNul(bytes: Buffer, view: DataView, from: number, to: number): string {
    // Most strings are a payload's last field. What is equal to a known string has no NUL before its end, so
    // that of those need not be looked for.
    const last = to - 2;
    const size = last - from;
    if (size > 0 && size <= MAX_CACHED_BYTES && (size & 1) === 0 && view.getUint16(last, true) === 0) {
      const known = this.#find(slotOf(view, from, last), view, from, size);
      if (known !== 0) {
        this.end = last;
        return this.#taken(known);
      }
    }
    this.end = nulAt(view, from, to);
    return this.utf16(bytes, view, from, this.end);
  }

  /** The last part of a path (`cmd.exe`); quick for the strings that were asked for last. */
  baseName(path: string): string | undefined {
    const number = this.#numberOf(path);
    return number === 0 ? lastPart(path) : this.#nameOf(number, path);
  }

  /** The extension of a path's last part without its dot, as written; that of `a.txt:stream` is `txt`. */
  extension(path: string): string | undefined {
    const number = this.#numberOf(path);
    if (number === 0) return extensionOf(lastPart(path));
    this.#nameOf(number, path);
    return this.#extensions[number];
  }

  #numberOf(text: string): number {
    if (this.#strings[this.#last] === text) return this.#last;
    return this.#strings[this.#before] === text ? this.#before : 0;
  }

  #nameOf(number: number, path: string): string | undefined {
    const known = this.#names[number];
    if (known !== null) return known;
    const name = lastPart(path);
    this.#names[number] = name;
    this.#extensions[number] = extensionOf(name);
    return name;
  }

  #taken(number: number): string {
    this.#before = this.#last;
    this.#last = number;
    return this.#strings[number] as string;
  }

  #find(slot: number, view: DataView, from: number, size: number): number {
    const first = this.#slots[slot] as number;
    if (this.#holds(first, view, from, size)) return first;
    const second = this.#slots[slot + 1] as number;
    return this.#holds(second, view, from, size) ? second : 0;
  }

  #holds(known: number, view: DataView, from: number, size: number): boolean {
    const places = this.#places;
    if (places[2 * known] !== size) return false;
    const room = this.#room;
    let at = places[2 * known + 1] as number;
    if (size < 8) return room[at] === shortWord(view, from, size);
    const last = from + size - 8;
    for (let p = from; p < last; p += 8) if (room[at++] !== view.getFloat64(p, true)) return false;
    // The last double overlaps the one before where the size is no multiple of 8.
    return room[at] === view.getFloat64(last, true);
  }

  #keep(slot: number, text: string, view: DataView, from: number, size: number): void {
    if (this.#count === MAX_STRINGS || this.#used + MAX_CACHED_BYTES / 8 > ROOM) {
      this.#slots.fill(0);
      this.#strings.fill('');
      this.#names.fill(null);
      this.#extensions.fill(undefined);
      this.#count = 1;
      this.#used = 0;
      this.#last = 0;
    }
    const number = this.#count++;
    const room = this.#room;
    let at = this.#used;
    this.#slots[slot + 1] = this.#slots[slot] as number;
    this.#slots[slot] = number;
    this.#strings[number] = text;
    this.#places[2 * number] = size;
    this.#places[2 * number + 1] = at;
    if (size < 8) room[at++] = shortWord(view, from, size);
    else {
      const last = from + size - 8;
      for (let p = from; p < last; p += 8) room[at++] = view.getFloat64(p, true);
      room[at++] = view.getFloat64(last, true);
    }
    this.#used = at;
    this.#before = this.#last;
    this.#last = number;
  }
}

/**
 * The strings of all payloads, with the names of those that are paths: one for the whole process, since what
 * records make of a string (src/etw/events) stands beside it.
 */
export const texts: TextCache = new TextCache();

function lastPart(path: string): string | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1);
  return name === '' ? undefined : name;
}

function extensionOf(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const stream = name.indexOf(':');
  const end = stream < 0 ? name.length : stream;
  const dot = name.lastIndexOf('.', end - 1);
  return dot > 0 && dot + 1 < end ? name.slice(dot + 1, end) : undefined;
}

/** One to three characters as a number. */
function shortWord(view: DataView, from: number, size: number): number {
  let word = 0;
  for (let i = 0; i < size; i += 2) word = word * 65_536 + view.getUint16(from + i, true);
  return word;
}

/**
 * The first of the two slots for a string in [from, end): by its size, its last 12 characters and every eighth pair of those
 * before. Paths differ in their ends, and those of one name in their size or somewhere in between.
 */
function slotOf(view: DataView, from: number, end: number): number {
  let hash = end - from;
  let other = 0;
  let p = end - 24;
  if (p <= from) {
    for (p = from; p + 4 <= end; p += 4) hash = Math.imul(hash ^ view.getInt32(p, true), PRIME);
    if (p < end) hash = Math.imul(hash ^ view.getUint16(p, true), PRIME);
  } else {
    hash = Math.imul(hash ^ view.getInt32(p, true), PRIME);
    other = Math.imul(other ^ view.getInt32(p + 4, true), PRIME);
    hash = Math.imul(hash ^ view.getInt32(p + 8, true), PRIME);
    other = Math.imul(other ^ view.getInt32(p + 12, true), PRIME);
    hash = Math.imul(hash ^ view.getInt32(p + 16, true), PRIME);
    other = Math.imul(other ^ view.getInt32(p + 20, true), PRIME);
    for (p -= 16; p >= from; p -= 16) hash = Math.imul(hash ^ view.getInt32(p, true), PRIME);
  }
  // A word's upper character only reaches the upper half of a product.
  hash ^= Math.imul(other, 0x2c1b3c6d);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x85ebca6b) >>> 17) & (SLOTS - 2);
}

/** Where the first NUL stands, or the end where there is none. */
function nulAt(view: DataView, from: number, to: number): number {
  let p = from;
  for (; p + 8 <= to; p += 8) {
    const a = view.getInt32(p, true);
    const b = view.getInt32(p + 4, true);
    // A half that is 0 borrows from its own top bit.
    if (((((a - 0x10001) & ~a) | ((b - 0x10001) & ~b)) & 0x80008000) !== 0) break;
  }
  for (; p + 2 <= to; p += 2) if (view.getUint16(p, true) === 0) break;
  return p;
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
