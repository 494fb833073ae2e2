import { Buffer } from 'node:buffer';
import { BUFFER_HEADER_SIZE } from '../../etw/constants.ts';

const FILLER = 0xff;
const FILLED = 0x30;

/** A buffer as a file has it: `size` bytes long, as every buffer of an uncompressed file, filled up with 0xFF. */
export function storedBuffer(buffer: Uint8Array, size: number): Buffer {
  if (buffer.length < BUFFER_HEADER_SIZE || buffer.length > size)
    throw new RangeError(`a buffer of ${buffer.length} bytes does not fit ${size}`);
  const stored = Buffer.alloc(size, FILLER);
  stored.set(buffer);
  stored.writeUInt32LE(size, 0);
  stored.writeUInt32LE(Math.min(stored.readUInt32LE(FILLED), buffer.length), FILLED);
  return stored;
}

const FILETIME_TO_UNIX = 116_444_736_000_000_000n;

/** FILETIME of now, to the millisecond. */
export function filetimeNow(): bigint {
  return BigInt(Date.now()) * 10_000n + FILETIME_TO_UNIX;
}

/** What a file's header tells in the end that a live session's does not. */
export interface FinalFacts {
  readonly bufferSize: number;
  /** FILETIME; 0 while the file is being written. */
  readonly endTime: bigint;
  /** Buffers in the file, this one included. */
  readonly buffersWritten: number;
  readonly eventsLost: number;
  readonly buffersLost: number;
  /** FILETIME that the header event's own stamp means; undefined: as the session says. */
  readonly startTime?: bigint;
}

const SYSTEM_HEADER_SIZE = 32;
/** Header type SYSTEM32 (1) or SYSTEM64 (2), which decides the layout behind the two name pointers. */
const SYSTEM64 = 2;
const REAL_TIME = 0x100;
const SEQUENTIAL = 0x1;
// TRACE_LOGFILE_HEADER (etw-format 4), offsets from the payload's start.
const At = {
  bufferSize: 0x00,
  endTime: 0x10,
  maximumFileSize: 0x1c,
  logFileMode: 0x20,
  buffersWritten: 0x24,
  eventsLost: 0x30,
  startTime64: 0x108,
  startTime32: 0x100,
  buffersLost64: 0x114,
  buffersLost32: 0x10c,
} as const;

/** Makes a session's stored header buffer that of a sequential file. */
export function finishHeader(stored: Buffer, facts: FinalFacts): void {
  const event = BUFFER_HEADER_SIZE;
  const p = event + SYSTEM_HEADER_SIZE;
  const isWide = stored[event + 2] === SYSTEM64;
  const buffersLost = isWide ? At.buffersLost64 : At.buffersLost32;
  if (facts.startTime !== undefined)
    stored.writeBigInt64LE(facts.startTime, p + (isWide ? At.startTime64 : At.startTime32));
  stored.writeUInt32LE(facts.bufferSize, p + At.bufferSize);
  stored.writeBigInt64LE(facts.endTime, p + At.endTime);
  stored.writeUInt32LE(0, p + At.maximumFileSize);
  stored.writeUInt32LE(
    ((stored.readUInt32LE(p + At.logFileMode) & ~REAL_TIME) | SEQUENTIAL) >>> 0,
    p + At.logFileMode,
  );
  stored.writeUInt32LE(facts.buffersWritten, p + At.buffersWritten);
  stored.writeUInt32LE(Math.min(facts.eventsLost, 0xffffffff), p + At.eventsLost);
  stored.writeUInt32LE(Math.min(facts.buffersLost, 0xffffffff), p + buffersLost);
}
