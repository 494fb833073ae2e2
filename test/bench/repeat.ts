import { Buffer } from 'node:buffer';
import { closeSync, openSync, writeSync } from 'node:fs';
import { inflateBuffer, readHeader } from '../interop/reference_reader.ts';

/** What was written. */
export interface Repeated {
  readonly bytes: number;
  readonly buffers: number;
  readonly events: number;
  readonly rounds: number;
}

/** A data buffer, inflated and padded to the session's buffer size. */
interface DataBuffer {
  readonly bytes: Buffer;
  /** Where the time fields of its events stand. */
  readonly times: readonly number[];
}

const HEADER = 72;

/**
 * Writes a trace of about `size` bytes that repeats the data buffers of another one round after round, each
 * round's time stamps shifted behind the one before, so that order within every processor stays valid and
 * all processors stay busy. Compressed buffers are written plain; the log header is adjusted. `providers`
 * (GUIDs) leaves out the events of all others. `from`: the first round, for a trace that goes on where another ended.
 */
export function repeatTrace(
  source: Uint8Array,
  path: string,
  size: number,
  providers?: readonly string[],
  from = 0,
): Repeated {
  const [first, ...stored] = split(source);
  if (first === undefined || stored.length === 0) throw new Error('a trace without data buffers');
  const log = readHeader(first);
  const payload = HEADER + 32;
  const session = Math.max(first.readUInt32LE(payload), ...stored.map((buffer) => buffer.length));
  const buffers = stored
    .map((buffer) => dataBuffer(providers === undefined ? buffer : eventsOf(buffer, providers), session))
    .filter(({ times }) => times.length > 0);
  const span = timeSpan(buffers);
  const rounds = Math.max(1, Math.round(size / (session * buffers.length)));
  const shift = (BigInt(from + rounds - 1) * span * 10_000_000n) / log.frequency;

  const head = padded(first, session);
  head.writeUInt32LE(1 + rounds * buffers.length, payload + 0x24);
  head.writeBigInt64LE(head.readBigInt64LE(payload + 0x10) + shift, payload + 0x10);
  head.writeUInt32LE((head.readUInt32LE(payload + 0x20) & ~0x400_0000) >>> 0, payload + 0x20);

  const file = openSync(path, 'w');
  try {
    writeSync(file, head);
    for (let round = 0; round < rounds; round++) {
      for (const [i, buffer] of buffers.entries()) {
        if (round > 0) moveBy(buffer, span);
        else if (from > 0) moveBy(buffer, span * BigInt(from));
        buffer.bytes.writeBigInt64LE(BigInt(round * buffers.length + i + 1), 0x18);
        writeSync(file, buffer.bytes);
      }
    }
  } finally {
    closeSync(file);
  }
  const perRound = buffers.reduce((sum, buffer) => sum + buffer.times.length, 0);
  const count = 1 + rounds * buffers.length;
  return {
    bytes: count * session,
    buffers: count,
    events: timesOf(first).length + rounds * perRound,
    rounds,
  };
}

function split(source: Uint8Array): Buffer[] {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const buffers: Buffer[] = [];
  for (let at = 0; at + HEADER <= file.length; ) {
    const size = file.readUInt32LE(at);
    if (size < HEADER) break;
    buffers.push(inflateBuffer(file.subarray(at, at + size)));
    at += size;
  }
  return buffers;
}

function dataBuffer(from: Buffer, session: number): DataBuffer {
  const bytes = padded(from, session);
  bytes.writeUInt16LE(bytes.readUInt16LE(0x34) & ~0x40, 0x34);
  return { bytes, times: timesOf(bytes) };
}

function padded(from: Buffer, session: number): Buffer {
  const bytes = Buffer.alloc(session, 0xff);
  from.copy(bytes);
  bytes.writeUInt32LE(session, 0);
  return bytes;
}

/** A copy of an inflated buffer that holds only the manifest events of these providers. */
function eventsOf(buffer: Buffer, providers: readonly string[]): Buffer {
  const kept = Buffer.from(buffer);
  let to = HEADER;
  for (const time of timesOf(buffer)) {
    const at = time - 16;
    const type = buffer.readUInt8(at + 2);
    if ((type !== 18 && type !== 19) || !providers.includes(guidAt(buffer, at + 24))) continue;
    const size = (buffer.readUInt16LE(at) + 7) & ~7;
    buffer.copy(kept, to, at, at + size);
    to += size;
  }
  kept.writeUInt32LE(to, 0x30);
  return kept;
}

function guidAt(buffer: Buffer, at: number): string {
  const hex = (from: number, to: number) => buffer.toString('hex', at + from, at + to);
  const swapped = Buffer.from(buffer.subarray(at, at + 8));
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  const head = swapped.toString('hex');
  return [head.slice(0, 8), head.slice(8, 12), head.slice(12), hex(8, 10), hex(10, 16)].join('-');
}

/** The offsets of all events' time fields: PERFINFO (types 16 and 17) at 8, all others at 16. */
function timesOf(buffer: Buffer): number[] {
  const times: number[] = [];
  const end = Math.min(buffer.readUInt32LE(0x30), buffer.length);
  for (let at = HEADER; at + 8 <= end; ) {
    const type = buffer.readUInt8(at + 2);
    const kernel = type <= 4 || type === 16 || type === 17;
    const size = buffer.readUInt16LE(at + (kernel ? 4 : 0));
    if (size < 8 || buffer.readUInt8(at + 3) !== 0xc0) break;
    times.push(at + (type === 16 || type === 17 ? 8 : 16));
    at += (size + 7) & ~7;
  }
  return times;
}

/**
 * Ticks that a round lasts, and one more. Buffers may be stamped with another clock than their events
 * (diaghub-kernel-w10: system time, and the performance counter), so both are looked at on their own.
 */
function timeSpan(buffers: readonly DataBuffer[]): bigint {
  const flushed = spanOf(buffers.map(({ bytes }) => bytes.readBigInt64LE(0x10)));
  const events = spanOf(buffers.flatMap(({ bytes, times }) => times.map((at) => bytes.readBigInt64LE(at))));
  return (flushed > events ? flushed : events) + 1n;
}

function spanOf(times: readonly bigint[]): bigint {
  let low = times[0] ?? 0n;
  let high = low;
  for (const time of times) {
    if (time < low) low = time;
    if (time > high) high = time;
  }
  return high - low;
}

function moveBy({ bytes, times }: DataBuffer, span: bigint): void {
  bytes.writeBigInt64LE(bytes.readBigInt64LE(0x10) + span, 0x10);
  for (const at of times) bytes.writeBigInt64LE(bytes.readBigInt64LE(at) + span, at);
}
