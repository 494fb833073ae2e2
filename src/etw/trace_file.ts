import { Buffer } from 'node:buffer';
import { type BufferHeader, readBufferHeader } from './buffer_header.ts';
import { BUFFER_HEADER_SIZE, BufferFlag, MAX_BUFFER_SIZE } from './constants.ts';
import { type LogHeader, readLogHeader } from './log_header.ts';

/** Random access to a trace's bytes; the receiver implements it over a file or memory. */
export interface ByteSource {
  /** Total bytes; of a growing file, those when it was opened. */
  readonly size: number;
  /** Reads up to target.length bytes from a position; returns how many there were. May throw on an I/O error. */
  read(position: number, target: Uint8Array): number;
}

/** Where a buffer lies in its file. */
export interface BufferPlace {
  readonly position: number;
  /** Stored bytes that are there, header included; fewer than the header says when the file is cut off. */
  readonly stored: number;
}

/** What is wrong with a trace, without the bytes themselves. Positions are bytes from the file's start. */
export interface TraceProblem {
  readonly position: number;
  readonly message: string;
}

/** Damage is counted without end but described only so often. */
const MAX_PROBLEMS = 100;
const MAX_POSITIONS = 100_000;

/** Counts and describes damaged buffers. */
export class Problems {
  /** Buffers that could not be read, or not to their end. */
  damagedBuffers = 0;
  readonly described: TraceProblem[] = [];
  readonly #positions = new Set<number>();

  /** Notes a damaged buffer; only the first problem of a buffer counts. */
  add(position: number, message: string): void {
    if (this.#positions.has(position)) return;
    if (this.#positions.size < MAX_POSITIONS) this.#positions.add(position);
    this.damagedBuffers++;
    if (this.described.length < MAX_PROBLEMS) this.described.push({ position, message });
  }
}

/** A trace whose buffers are indexed: per processor, in the order of their time stamps. */
export interface TraceIndex {
  readonly source: ByteSource;
  readonly header: LogHeader;
  /** Buffers found, header buffer included. */
  readonly buffers: number;
  /** Buffers that say events or buffers were lost before them. */
  readonly lossMarks: number;
  readonly byProcessor: ReadonlyMap<number, readonly BufferPlace[]>;
  readonly problems: Problems;
}

/**
 * Reads all buffer headers of a trace, so that its events can be merged in time with one buffer a processor
 * in memory. An .etl file has no header of its own: it is buffer after buffer, each `BufferSize` bytes.
 * @returns the index, or a sentence saying why this is no trace.
 */
export function indexTrace(source: ByteSource): TraceIndex | string {
  const problems = new Problems();
  const first = readFirstBuffer(source);
  if (typeof first === 'string') return first;
  const places: IndexedPlace[] = [];
  let lossMarks = 0;
  let position = 0;
  const head = Buffer.alloc(BUFFER_HEADER_SIZE);
  const view = new DataView(head.buffer, head.byteOffset, BUFFER_HEADER_SIZE);
  while (position < source.size) {
    const got = source.read(position, head);
    if (got < BUFFER_HEADER_SIZE) {
      if (got > 0 && head.subarray(0, got).some((b) => b !== 0 && b !== 0xff))
        problems.add(position, 'a buffer header is cut off');
      break;
    }
    const header = readBufferHeader(view, 0);
    const wrong = implausible(header);
    if (wrong !== undefined) {
      const next = resync(source, position, first.header.bufferSize, head, view);
      // Preallocated files end in zeros: nothing was written there.
      if (next === undefined && header.size === 0 && head.every((b) => b === 0)) break;
      problems.add(position, wrong);
      if (next === undefined) break;
      position = next;
      continue;
    }
    const stored = Math.min(header.size, source.size - position);
    if (stored < header.size)
      problems.add(position, `the last buffer is cut off: ${stored} of ${header.size} bytes are there`);
    if ((header.flags & (BufferFlag.eventsLost | BufferFlag.bufferLost)) !== 0) lossMarks++;
    places.push({
      position,
      stored,
      processor: position === 0 ? -1 : header.processor,
      time: header.timeHigh * 4294967296 + header.timeLow,
    });
    position += header.size;
  }
  return {
    source,
    header: first.header,
    buffers: places.length,
    lossMarks,
    byProcessor: group(places),
    problems,
  };
}

/**
 * The log header alone, from a trace's first bytes (64 KiB hold it whatever the buffer size).
 * @returns the header, or a sentence saying why this is no trace.
 */
export function readTraceHeader(source: ByteSource): LogHeader | string {
  const first = readFirstBuffer(source);
  return typeof first === 'string' ? first : first.header;
}

interface IndexedPlace extends BufferPlace {
  readonly processor: number;
  readonly time: number;
}

function readFirstBuffer(source: ByteSource): { header: LogHeader } | string {
  const head = Buffer.alloc(BUFFER_HEADER_SIZE);
  if (source.read(0, head) < BUFFER_HEADER_SIZE)
    return 'not an ETW trace: shorter than a buffer header (72 bytes)';
  const header = readBufferHeader(new DataView(head.buffer, head.byteOffset, BUFFER_HEADER_SIZE), 0);
  const wrong = implausible(header);
  if (wrong !== undefined) return `not an ETW trace: ${wrong}`;
  if ((header.flags & BufferFlag.compressed) !== 0) return 'not an ETW trace: the first buffer is compressed';
  const bytes = Buffer.alloc(Math.min(header.size, source.size));
  const got = source.read(0, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, got);
  const log = readLogHeader(
    view,
    BUFFER_HEADER_SIZE,
    Math.min(got, Math.max(header.filled, BUFFER_HEADER_SIZE)),
  );
  return typeof log === 'string' ? `not an ETW trace: ${log}` : { header: log };
}

function implausible(header: BufferHeader): string | undefined {
  if (header.size < BUFFER_HEADER_SIZE)
    return `a buffer says it is ${header.size} bytes long, shorter than its header (72)`;
  if (header.size > MAX_BUFFER_SIZE + BUFFER_HEADER_SIZE)
    return `a buffer says it is ${header.size} bytes long (at most 16 MiB)`;
  const compressed = (header.flags & BufferFlag.compressed) !== 0;
  if (header.filled > (compressed ? MAX_BUFFER_SIZE + BUFFER_HEADER_SIZE : header.size)) {
    return `a buffer of ${header.size} bytes says it is filled to ${header.filled}`;
  }
  return undefined;
}

// In an uncompressed file every buffer has the session's size, so the next one's place is known. It is taken
// only when a plausible header of that very size stands there.
function resync(
  source: ByteSource,
  position: number,
  size: number,
  head: Buffer,
  view: DataView,
): number | undefined {
  if (size < BUFFER_HEADER_SIZE || size > MAX_BUFFER_SIZE) return undefined;
  const saved = Buffer.from(head);
  const next = position + size;
  const there = source.read(next, head) === BUFFER_HEADER_SIZE;
  const header = readBufferHeader(view, 0);
  saved.copy(head);
  return there && header.size === size && implausible(header) === undefined ? next : undefined;
}

// Buffers of one processor stand in the file in order of time but for circular files; the header buffer is a
// stream of its own (key -1) and comes first.
function group(places: readonly IndexedPlace[]): Map<number, BufferPlace[]> {
  const groups = new Map<number, IndexedPlace[]>();
  for (const place of places) {
    const same = groups.get(place.processor);
    if (same === undefined) groups.set(place.processor, [place]);
    else same.push(place);
  }
  for (const same of groups.values()) {
    if (same.some((place, i) => place.time < (same[i - 1]?.time ?? place.time)))
      same.sort((a, b) => a.time - b.time);
  }
  return groups;
}
