import { Buffer } from 'node:buffer';
import type { Random } from '../scenario/random.ts';

/** Names that a trace may give its providers, events and fields, and that careless code trips over. */
export const HOSTILE_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype',
  'valueOf',
  'then',
  'length',
  '',
  '0',
  '-1',
  '%s%n',
  '${body}',
  '"\\\n\r\t',
  '\u0000',
  '\ud800',
  '\u202e\u0007',
  'a'.repeat(3000),
];

/** Numbers at the edges of what counts, sizes and offsets are read as. */
export const EXTREMES: readonly number[] = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000,
  0xffff_fffe, 0xffff_ffff,
];

/** One of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[random.integer(0, list.length)];
  if (chosen === undefined) throw new Error('an empty list');
  return chosen;
}

/** True in one of so many cases. */
export function oneIn(random: Random, cases: number): boolean {
  return random.integer(0, cases) === 0;
}

/** A payload: noise, zeros or ones; mostly short, seldom as long as an event can hold. */
export function noise(random: Random): Buffer {
  const bytes = Buffer.alloc(oneIn(random, 20) ? random.integer(0, 40_000) : random.integer(0, 300));
  const kind = random.integer(0, 4);
  if (kind === 1) return bytes.fill(0xff);
  if (kind > 1) for (let at = 0; at < bytes.length; at++) bytes[at] = random.integer(0, kind === 2 ? 256 : 3);
  return bytes;
}

/** Damages bytes in place: bits flipped, bytes and numbers set to extremes, a name written over them. */
export function scratch(bytes: Buffer, random: Random): void {
  for (let n = random.integer(0, 6); n > 0 && bytes.length >= 4; n--) {
    const at = random.integer(0, bytes.length - 3);
    const kind = random.integer(0, 4);
    if (kind === 0) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(0, 8)), at);
    else if (kind === 1) bytes.writeUInt16LE(pick(random, EXTREMES) & 0xffff, at);
    else if (kind === 2) bytes.writeUInt32LE(pick(random, EXTREMES), at);
    else bytes.write(pick(random, HOSTILE_NAMES), at, oneIn(random, 2) ? 'utf8' : 'utf16le');
  }
}
