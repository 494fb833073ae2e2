import { Buffer } from 'node:buffer';
import { HeaderType } from './constants.ts';

/** The clock that stamps the events of a session (TRACE_LOGFILE_HEADER.ReservedFlags). */
export type ClockType = 'qpc' | 'system' | 'cpu' | 'raw';

/** A 64-bit integer in halves, since doubles do not hold a FILETIME exactly. */
export interface Ticks {
  readonly high: number;
  readonly low: number;
}

/** TRACE_LOGFILE_HEADER and what belongs to its event: the first event of the first buffer. */
export interface LogHeader {
  /** Session buffer size in bytes, also where the file is compressed. */
  readonly bufferSize: number;
  readonly osMajor: number;
  readonly osMinor: number;
  /** Windows build number. */
  readonly osBuild: number;
  readonly processors: number;
  /** FILETIME; zero while the session runs. */
  readonly endTime: Ticks;
  readonly startTime: Ticks;
  readonly bootTime: Ticks;
  /** QPC ticks per second, as read; 0 or less when damaged. */
  readonly perfFreq: number;
  readonly cpuMHz: number;
  readonly logFileMode: number;
  /** Stale in files of crashed or running sessions: a hint only. */
  readonly buffersWritten: number;
  readonly buffersLost: number;
  readonly eventsLost: number;
  readonly pointerSize: number;
  readonly clock: ClockType;
  /** The header event's own time stamp: the zero of the session's clock. */
  readonly headerTime: Ticks;
  readonly loggerName: string;
  readonly logFileName: string;
}

const CLOCKS: readonly ClockType[] = ['raw', 'qpc', 'system', 'cpu'];
const SYSTEM_HEADER_SIZE = 32;
const MAX_NAME_BYTES = 2 * 1024;

/**
 * Reads the header event at an offset of the first buffer. The event's type byte, not PointerSize, decides
 * between the 32-bit layout (0x110 bytes) and the 64-bit one (0x118).
 * @returns the header, or a sentence saying why there is none.
 */
export function readLogHeader(view: DataView, at: number, end: number): LogHeader | string {
  if (at + SYSTEM_HEADER_SIZE > end) return 'the first buffer holds no event';
  const type = view.getUint8(at + 2);
  if (type !== HeaderType.system32 && type !== HeaderType.system64) {
    return `the first event has header type ${type}, not the log file header's SYSTEM header`;
  }
  const hook = view.getUint16(at + 6, true);
  if (hook !== 0) return `the first event is 0x${hook.toString(16)}, not the log file header`;
  const wide = type === HeaderType.system64;
  const p = at + SYSTEM_HEADER_SIZE;
  const size = wide ? 0x118 : 0x110;
  if (p + size > end) return 'the log file header is cut off';
  // Behind the two name pointers at 0x38 everything in the 64-bit layout stands 8 bytes further.
  const q = p + (wide ? 8 : 0);
  const names = readNames(view, p + size, Math.min(end, at + view.getUint16(at + 4, true)));
  return {
    bufferSize: view.getUint32(p, true),
    osMajor: view.getUint8(p + 4),
    osMinor: view.getUint8(p + 5),
    osBuild: view.getUint32(p + 8, true),
    processors: view.getUint32(p + 0x0c, true),
    endTime: ticksAt(view, p + 0x10),
    logFileMode: view.getUint32(p + 0x20, true),
    buffersWritten: view.getUint32(p + 0x24, true),
    pointerSize: view.getUint32(p + 0x2c, true),
    eventsLost: view.getUint32(p + 0x30, true),
    cpuMHz: view.getUint32(p + 0x34, true),
    bootTime: ticksAt(view, q + 0xf0),
    perfFreq: view.getInt32(q + 0xfc, true) * 2 ** 32 + view.getUint32(q + 0xf8, true),
    startTime: ticksAt(view, q + 0x100),
    clock: CLOCKS[view.getUint32(q + 0x108, true)] ?? 'raw',
    buffersLost: view.getUint32(q + 0x10c, true),
    headerTime: ticksAt(view, at + 0x10),
    loggerName: names[0],
    logFileName: names[1],
  };
}

/** A 64-bit integer at an offset, in halves. */
export function ticksAt(view: DataView, at: number): Ticks {
  return { high: view.getInt32(at + 4, true), low: view.getUint32(at, true) };
}

function readNames(view: DataView, from: number, end: number): [string, string] {
  const first = readName(view, from, end);
  const second = readName(view, from + 2 * first.length + 2, end);
  return [first, second];
}

function readName(view: DataView, from: number, end: number): string {
  let p = from;
  while (p + 2 <= end && p - from < MAX_NAME_BYTES && view.getUint16(p, true) !== 0) p += 2;
  if (p <= from) return '';
  return Buffer.from(view.buffer, view.byteOffset + from, p - from).toString('utf16le');
}
