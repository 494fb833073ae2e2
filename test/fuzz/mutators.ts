import { Buffer } from 'node:buffer';
import type { Random } from '../scenario/random.ts';
import { type BufferLayout, type EventPlace, layoutOf } from './layout.ts';

/** A damaged trace. */
export interface Mutant {
  readonly bytes: Buffer;
  /** Whether the damage cannot be overlooked: the reader must refuse the trace or count a damaged buffer. */
  readonly certain: boolean;
}

/** Damages a copy of a trace; undefined when this trace has nothing to damage in that way. */
export type Mutator = (trace: Buffer, random: Random, other: Buffer) => Mutant | undefined;

/** Damage in a buffer's header or an event's, after which the walk cannot go on as it was. */
const structural: Readonly<Record<string, Mutator>> = {
  'event size below its header': inEvent((bytes, event, random) => {
    bytes.writeUInt16LE(random.integer(0, 8), event.sizeAt);
    // All zero is the filler behind the last event, which ends a buffer in good order when it is the last.
    return event.sizeAt !== event.at || bytes.readUInt32LE(event.at) !== 0;
  }),
  'event size beyond the buffer': inEvent((bytes, event, _random, buffer) => {
    bytes.writeUInt16LE(0xffff, event.sizeAt);
    return event.at + 0xffff > buffer.at + buffer.filled;
  }),
  'event marker of no kind': inEvent((bytes, event, random) => {
    bytes.writeUInt8(random.integer(1, 0x80), event.at + 3);
    return true;
  }),
  'filler in the middle of a buffer': inEvent((bytes, event, random, buffer) => {
    bytes.writeUInt32LE(random.integer(0, 2) === 0 ? 0 : 0xffff_ffff, event.at);
    return event.at + 8 <= buffer.at + buffer.filled;
  }),
  'buffer size zero to 71': inBuffer((bytes, buffer, random) => {
    bytes.writeUInt32LE(random.integer(0, 72), buffer.at);
    return true;
  }),
  'buffer size of gigabytes': inBuffer((bytes, buffer, random) => {
    bytes.writeUInt32LE(0xffff_ffff - random.integer(0, 0x4000_0000), buffer.at);
    return true;
  }),
  'filled beyond the buffer': inBuffer((bytes, buffer, random) => {
    bytes.writeUInt32LE(buffer.size + random.integer(1, 1 << 20), buffer.at + 0x30);
    return !buffer.compressed;
  }),
  'cut off in a buffer': (trace, random) => {
    const buffer = dataBuffer(trace, random);
    if (buffer === undefined) return undefined;
    const end = buffer.at + random.integer(72, buffer.size);
    return { bytes: Buffer.from(trace.subarray(0, end)), certain: true };
  },
  'compressed stream of nonsense': inBuffer((bytes, buffer) => {
    if (!buffer.compressed) return false;
    // Flags that announce 32 matches, then a match farther back than anything written.
    bytes.fill(0xff, buffer.at + 72, Math.min(buffer.at + 80, buffer.at + buffer.size));
    return buffer.size >= 80;
  }),
};

/** Damage that may or may not be seen; nobody may stumble over it. */
const blind: Readonly<Record<string, Mutator>> = {
  'bits flipped': anywhere((bytes, random) => {
    for (let n = random.integer(1, 65); n > 0; n--) {
      const at = random.integer(0, bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(0, 8)), at);
    }
  }),
  'bits flipped in the log header': anywhere((bytes, random) => {
    for (let n = random.integer(1, 9); n > 0; n--) {
      const at = random.integer(0, Math.min(bytes.length, 500));
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(0, 8)), at);
    }
  }),
  'a range of noise': anywhere((bytes, random) => {
    const [from, to] = range(bytes, random);
    for (let at = from; at < to; at++) bytes.writeUInt8(random.integer(0, 256), at);
  }),
  'a range of zeros': anywhere((bytes, random) => {
    bytes.fill(0, ...range(bytes, random));
  }),
  'a range of ones': anywhere((bytes, random) => {
    bytes.fill(0xff, ...range(bytes, random));
  }),
  'huge counts and lengths': inEvent((bytes, event, random) => {
    const headers = 16;
    for (let n = random.integer(1, 9); n > 0 && event.size > headers + 4; n--) {
      const at = event.at + random.integer(headers, event.size - 4);
      const huge = [0xffff_ffff, 0x7fff_ffff, 0xffff, 0x8000_0000, 0x1_0000][random.integer(0, 5)] ?? 0;
      bytes.writeUInt32LE(huge, at);
    }
    return false;
  }),
  'extreme times': inEvent((bytes, event, random) => {
    const extremes = [0n, -1n, 0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 1n << 53n];
    const at = event.at + (random.integer(0, 2) === 0 ? 16 : 8);
    if (at + 8 <= event.at + event.size) bytes.writeBigInt64LE(extremes[random.integer(0, 5)] ?? 0n, at);
    return false;
  }),
  'extreme clock facts': anywhere((bytes, random) => {
    // Behind the log header event's own header: boot time, frequency, start, clock type, at either bitness.
    const at = 72 + 32 + 0xf0 + 4 * random.integer(0, 10);
    const extremes = [0, 1, 0xffff_ffff, 0x8000_0000];
    if (at + 4 <= bytes.length) bytes.writeUInt32LE(extremes[random.integer(0, 4)] ?? 0, at);
  }),
  'extended items out of order': inEvent((bytes, event, random) => {
    if (event.size < 90) return false;
    bytes.writeUInt16LE(bytes.readUInt16LE(event.at + 4) | 1, event.at + 4);
    bytes.writeUInt16LE(random.integer(0, 0x10000), event.at + 80 + 2 * random.integer(0, 4));
    return false;
  }),
  'a piece of another trace': (trace, random, other) => {
    const bytes = Buffer.from(trace);
    const [from, to] = range(other, random);
    other.copy(bytes, random.integer(0, bytes.length), from, to);
    return { bytes, certain: false };
  },
  'a piece taken out': (trace, random) => {
    const [from, to] = range(trace, random);
    return { bytes: Buffer.concat([trace.subarray(0, from), trace.subarray(to)]), certain: false };
  },
  'a piece twice': (trace, random) => {
    const [from, to] = range(trace, random);
    return { bytes: Buffer.concat([trace.subarray(0, to), trace.subarray(from)]), certain: false };
  },
  'buffers in another order': (trace, random) => {
    const [first, ...rest] = layoutOf(trace);
    if (first === undefined || rest.length < 2) return undefined;
    const shuffled = rest.toSorted(() => random.integer(0, 3) - 1);
    const parts = [first, ...shuffled].map(({ at, size }) => trace.subarray(at, at + size));
    return { bytes: Buffer.concat(parts), certain: false };
  },
};

/** Every way to damage a trace, by name. */
export const MUTATORS: Readonly<Record<string, Mutator>> = { ...structural, ...blind };

/** Wraps damage to one event of a plain data buffer; `damage` says whether it is certain to be seen. */
function inEvent(
  damage: (bytes: Buffer, event: EventPlace, random: Random, buffer: BufferLayout) => boolean,
): Mutator {
  return (trace, random) => {
    const buffers = layoutOf(trace).filter((buffer, i) => i > 0 && buffer.events.length > 1);
    const buffer = buffers[random.integer(0, Math.max(1, buffers.length))];
    // Not the last event: behind it, filler is in order.
    const event = buffer?.events[random.integer(0, Math.max(1, buffer.events.length - 1))];
    if (buffer === undefined || event === undefined) return undefined;
    const bytes = Buffer.from(trace);
    return { certain: damage(bytes, event, random, buffer), bytes };
  };
}

function inBuffer(damage: (bytes: Buffer, buffer: BufferLayout, random: Random) => boolean): Mutator {
  return (trace, random) => {
    const buffer = dataBuffer(trace, random);
    if (buffer === undefined) return undefined;
    const bytes = Buffer.from(trace);
    return { certain: damage(bytes, buffer, random), bytes };
  };
}

function anywhere(damage: (bytes: Buffer, random: Random) => void): Mutator {
  return (trace, random) => {
    const bytes = Buffer.from(trace);
    damage(bytes, random);
    return { bytes, certain: false };
  };
}

function dataBuffer(trace: Buffer, random: Random): BufferLayout | undefined {
  const buffers = layoutOf(trace).slice(1);
  return buffers[random.integer(0, Math.max(1, buffers.length))];
}

/** A range of up to 4 KiB. */
function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random.integer(0, bytes.length);
  return [from, Math.min(bytes.length, from + random.integer(1, 4096))];
}
