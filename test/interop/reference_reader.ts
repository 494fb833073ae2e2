/**
 * A second, independent reading of .etl files, for tests: it shares no code with src/etw and is written for
 * plainness, not speed. It enumerates events in file order and knows headers only (and skips extended
 * items); what is in payloads is left to who asks. Its own proof is the recorded traces' counts
 * (reference_reader.test.ts).
 */

import { Buffer } from 'node:buffer';

/** One event as it stands in the file. */
export interface ReferenceEvent {
  /** Unix time in nanoseconds. */
  readonly time: bigint;
  readonly kind: 'event' | 'tracelogging' | 'classic' | 'kernel' | 'message';
  /** Lower-case GUID; `group-0xNN` for kernel events, whose header has a group and no GUID. */
  readonly provider: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  /** As unsigned 32 bits; undefined where the header has none or holds 0xFFFFFFFF. */
  readonly pid: number | undefined;
  readonly tid: number | undefined;
  readonly cpu: number;
  readonly pointerSize: 4 | 8;
  readonly payload: Buffer;
}

/** The facts of the log header (TRACE_LOGFILE_HEADER) that tests compare. */
export interface ReferenceHeader {
  readonly frequency: bigint;
  /** FILETIME of the start and QPC of the header event. */
  readonly start: bigint;
  readonly anchor: bigint;
  readonly clock: number;
}

const EPOCH = 116_444_736_000_000_000n;
const MARK = 0xc0;

/** All events of a trace, in file order. Throws on what it does not understand. */
export function* readReference(bytes: Uint8Array): Generator<ReferenceEvent> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: ReferenceHeader | undefined;
  for (let at = 0; at + 72 <= file.length; ) {
    const stored = file.readUInt32LE(at);
    if (stored < 72) break;
    const buffer = inflateBuffer(file.subarray(at, at + stored));
    header ??= readHeader(buffer);
    yield* eventsOf(buffer, header);
    at += stored;
  }
}

/** The trace's log header. */
export function readHeader(buffer: Buffer): ReferenceHeader {
  const wide = buffer.readUInt8(72 + 2) === 2;
  const payload = 72 + 32;
  const tail = payload + (wide ? 0xf8 : 0xf0);
  return {
    frequency: buffer.readBigInt64LE(tail + 8),
    start: buffer.readBigInt64LE(tail + 16),
    clock: buffer.readUInt32LE(tail + 24),
    anchor: buffer.readBigInt64LE(72 + 16),
  };
}

function* eventsOf(buffer: Buffer, header: ReferenceHeader): Generator<ReferenceEvent> {
  const flags = buffer.readUInt16LE(0x34);
  const cpu = (flags & 0x20) !== 0 ? buffer.readUInt16LE(0x28) & 0x7ff : buffer.readUInt8(0x28);
  const end = Math.min(buffer.readUInt32LE(0x30), buffer.length);
  for (let at = 72; at + 8 <= end; ) {
    const first = buffer.readUInt32LE(at);
    if (first === 0 || first === 0xffff_ffff) break;
    const type = buffer.readUInt8(at + 2);
    const kernel = buffer.readUInt8(at + 3) === MARK && [1, 2, 3, 4, 16, 17].includes(type);
    const size = buffer.readUInt16LE(at + (kernel ? 4 : 0));
    if (size < 8 || at + size > end) throw new Error(`event of ${size} bytes at ${at} of ${end}`);
    yield eventAt(buffer.subarray(at, at + size), type, cpu, header);
    at += (size + 7) & ~7;
  }
}

function eventAt(event: Buffer, type: number, cpu: number, header: ReferenceHeader): ReferenceEvent {
  if (event.readUInt8(3) !== MARK) throw new Error(`header mark ${event.readUInt8(3)} is not read here`);
  switch (type) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 16:
    case 17:
      return kernelEvent(event, type, cpu, header);
    case 10:
    case 20:
    case 11:
    case 21:
      return classicEvent(event, type, cpu, header);
    case 18:
    case 19:
      return modernEvent(event, type, cpu, header);
    default:
      throw new Error(`header type ${type} is not read here`);
  }
}

/** SYSTEM (32 bytes), COMPACT (24) and PERFINFO (16: time at 8, no ids). */
function kernelEvent(event: Buffer, type: number, cpu: number, header: ReferenceHeader): ReferenceEvent {
  const perf = type >= 16;
  const length = perf ? 16 : type <= 2 ? 32 : 24;
  return {
    kind: 'kernel',
    time: unixTime(event.readBigInt64LE(perf ? 8 : 16), header),
    provider: `group-0x${event.readUInt8(7).toString(16).padStart(2, '0')}`,
    id: 0,
    version: event.readUInt8(0),
    opcode: event.readUInt8(6),
    tid: perf ? undefined : identifier(event, 8),
    pid: perf ? undefined : identifier(event, 12),
    cpu,
    pointerSize: type % 2 === (perf ? 0 : 1) ? 4 : 8,
    payload: event.subarray(length),
  };
}

/** EVENT_TRACE_HEADER (48 bytes) and EVENT_INSTANCE_GUID_HEADER (72). */
function classicEvent(event: Buffer, type: number, cpu: number, header: ReferenceHeader): ReferenceEvent {
  return {
    kind: 'classic',
    time: unixTime(event.readBigInt64LE(16), header),
    provider: guid(event, 24),
    id: 0,
    version: event.readUInt16LE(6),
    opcode: event.readUInt8(4),
    tid: identifier(event, 8),
    pid: identifier(event, 12),
    cpu,
    pointerSize: type < 20 ? 4 : 8,
    payload: event.subarray(type % 10 === 0 ? 48 : 72),
  };
}

/** EVENT_HEADER (80 bytes), then extended items where flag 1 says so. */
function modernEvent(event: Buffer, type: number, cpu: number, header: ReferenceHeader): ReferenceEvent {
  let at = 80;
  let tracelogging = event.readUInt8(0x2b) === 11;
  if ((event.readUInt16LE(4) & 1) !== 0) {
    for (let more = true; more; ) {
      if (event.readUInt16LE(at + 2) === 11) tracelogging = true;
      more = (event.readUInt16LE(at + 4) & 1) !== 0;
      at += (event.readUInt16LE(at) + 7) & ~7;
    }
  }
  return {
    kind: tracelogging ? 'tracelogging' : 'event',
    time: unixTime(event.readBigInt64LE(16), header),
    provider: guid(event, 24),
    id: event.readUInt16LE(0x28),
    version: event.readUInt8(0x2a),
    opcode: event.readUInt8(0x2d),
    tid: identifier(event, 8),
    pid: identifier(event, 12),
    cpu,
    pointerSize: type === 18 ? 4 : 8,
    payload: event.subarray(at),
  };
}

/** Exact, in integers: the QPC distance to the header event, added to the start. */
function unixTime(stamp: bigint, header: ReferenceHeader): bigint {
  if (header.clock !== 1) throw new Error(`clock ${header.clock} is not read here`);
  return (header.start - EPOCH) * 100n + ((stamp - header.anchor) * 1_000_000_000n) / header.frequency;
}

function identifier(event: Buffer, at: number): number | undefined {
  const value = event.readUInt32LE(at);
  return value === 0xffff_ffff ? undefined : value;
}

function guid(event: Buffer, at: number): string {
  const hex = (from: number, to: number) => event.toString('hex', at + from, at + to);
  const little = (n: number, size: 2 | 4) =>
    event
      .readUIntLE(at + n, size)
      .toString(16)
      .padStart(size * 2, '0');
  return `${little(0, 4)}-${little(4, 2)}-${little(6, 2)}-${hex(8, 10)}-${hex(10, 16)}`;
}

/** A buffer as it was before compression: one with flag 0x40 is one MS-XCA plain LZ77 stream behind its 72-byte header. */
export function inflateBuffer(stored: Buffer): Buffer {
  if ((stored.readUInt16LE(0x34) & 0x40) === 0) return stored;
  const whole = Buffer.alloc(stored.readUInt32LE(0x30));
  stored.copy(whole, 0, 0, 72);
  inflate(stored.subarray(72), whole.subarray(72));
  return whole;
}

function inflate(from: Buffer, to: Buffer): void {
  let at = 0;
  let nibbleAt = -1;
  for (let out = 0, flags = 0, left = 0; out < to.length; ) {
    if (left === 0) {
      flags = from.readUInt32LE(at);
      at += 4;
      left = 32;
    }
    left--;
    if (((flags >>> left) & 1) === 0) {
      to[out++] = from.readUInt8(at++);
      continue;
    }
    const match = from.readUInt16LE(at);
    at += 2;
    let length = match & 7;
    if (length === 7) {
      if (nibbleAt < 0) {
        nibbleAt = at++;
        length = from.readUInt8(nibbleAt) & 15;
      } else {
        length = from.readUInt8(nibbleAt) >> 4;
        nibbleAt = -1;
      }
      if (length === 15) {
        length = from.readUInt8(at++);
        if (length === 255) {
          length = from.readUInt16LE(at);
          at += 2;
          if (length === 0) {
            length = from.readUInt32LE(at);
            at += 4;
          }
          length -= 15 + 7;
        }
        length += 15;
      }
      length += 7;
    }
    length += 3;
    for (const back = (match >> 3) + 1; length > 0 && out < to.length; length--, out++) {
      to[out] = to.readUInt8(out - back);
    }
  }
}
