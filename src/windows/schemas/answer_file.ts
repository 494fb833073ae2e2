import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type Answer, MAX_MAPS } from './answer.ts';
import { TdhLimit } from './tdh.ts';

/** A provider's answers, by number, version and kind of its events (see {@link answerKey}). */
export type Answers = ReadonlyMap<number, Answer>;

/** Bytes of a file; answers beyond it are not written, and asked again after a restart. */
export const MAX_FILE = 1024 * 1024;
const MAX_ENTRIES = 4096;

// The file, all numbers little-endian: 8 bytes magic; u16 length and UTF-8 text of whom the answers are of; u32
// number of entries; each u32 key, u16 number of maps, u32 bytes of TRACE_EVENT_INFO (0: the event is unknown)
// and these, for each map u32 bytes of EVENT_MAP_INFO and these; SHA-256 of all before.
const MAGIC = Buffer.from('SGLTDH1\n', 'latin1');
const HASH_SIZE = 32;

/** A key of {@link Answers}: fits 32 bits. */
export function answerKey(kind: 'manifest' | 'class', number: number, version: number): number {
  return (number & 0xffff) + ((version & 0xff) << 16) + (kind === 'class' ? 0x1000000 : 0);
}

/** Writes answers as a file; `identity` says whose they are: provider and its version. */
export function writeAnswers(identity: string, answers: Answers): Buffer {
  const text = Buffer.from(identity, 'utf8');
  const parts: Buffer[] = [];
  let size = MAGIC.length + 2 + text.length + 4 + HASH_SIZE;
  for (const [key, answer] of answers) {
    const entry = encode(key, answer);
    if (parts.length >= MAX_ENTRIES || size + entry.length > MAX_FILE) break;
    parts.push(entry);
    size += entry.length;
  }
  const head = Buffer.concat([MAGIC, u16(text.length), text, u32(parts.length)]);
  const body = Buffer.concat([head, ...parts]);
  return Buffer.concat([body, hashOf(body)]);
}

/** Reads a file; `other` when it is whole but of another provider or version. */
export function readAnswers(file: Buffer, identity: string): Map<number, Answer> | 'other' | 'damaged' {
  const end = file.length - HASH_SIZE;
  if (file.length > MAX_FILE || end < MAGIC.length + 6 || !file.subarray(0, MAGIC.length).equals(MAGIC))
    return 'damaged';
  if (!hashOf(file.subarray(0, end)).equals(file.subarray(end))) return 'damaged';
  const reader = new Reader(file.subarray(0, end), MAGIC.length);
  if (reader.take(reader.u16())?.toString('utf8') !== identity) return 'other';
  const count = reader.u32();
  const answers = new Map<number, Answer>();
  for (let i = 0; i < count && i < MAX_ENTRIES; i++) {
    const key = reader.u32();
    const answer = decode(reader);
    if (answer === undefined) return 'damaged';
    answers.set(key, answer);
  }
  return answers;
}

function encode(key: number, answer: Answer): Buffer {
  if (answer.kind === 'unknown') return Buffer.concat([u32(key), u16(0), u32(0)]);
  const { info, maps } = answer;
  return Buffer.concat([
    u32(key),
    u16(maps.length),
    u32(info.length),
    info,
    ...maps.flatMap((map) => [u32(map.length), map]),
  ]);
}

function decode(reader: Reader): Answer | undefined {
  const count = reader.u16();
  const size = reader.u32();
  if (count > MAX_MAPS || size > TdhLimit.eventInformation) return undefined;
  const info = reader.take(size);
  if (info === undefined) return undefined;
  if (size === 0) return { kind: 'unknown' };
  const maps: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const map = reader.take(Math.min(reader.u32(), TdhLimit.eventMap + 1));
    if (map === undefined || map.length > TdhLimit.eventMap) return undefined;
    maps.push(map);
  }
  return { kind: 'known', info, maps };
}

/** Reads on; beyond the end numbers are 0 and bytes undefined. */
class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  u16(): number {
    return this.take(2)?.readUInt16LE() ?? 0;
  }

  u32(): number {
    return this.take(4)?.readUInt32LE() ?? 0;
  }

  take(size: number): Buffer | undefined {
    const from = this.#at;
    if (from + size > this.#bytes.length) return undefined;
    this.#at = from + size;
    return this.#bytes.subarray(from, this.#at);
  }
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
