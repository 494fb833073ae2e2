import { readBufferHeader } from '../../src/etw/buffer_header.ts';
import { BUFFER_HEADER_SIZE } from '../../src/etw/constants.ts';
import { readLogHeader } from '../../src/etw/log_header.ts';
import { filetimeNow, finishHeader, storedBuffer } from '../../src/windows/recording/stored_buffer.ts';
import type { KeptSession } from './memory.ts';

const FILETIME_TO_UNIX = 11_644_473_600n;

/** Bytes of the file. */
export function traceSize({ session, buffers }: KeptSession): number {
  return blockSize({ session, buffers }) * (buffers.length + 1);
}

/** The blocks of an .etl file of what was kept of a session, as `sigel record` writes it. */
export function* traceBlocks(kept: KeptSession): Generator<Uint8Array> {
  const size = blockSize(kept);
  const header = storedBuffer(kept.session.header, size);
  const startTime = startTimeOf(kept);
  finishHeader(header, {
    bufferSize: size,
    endTime: filetimeNow(),
    buffersWritten: kept.buffers.length + 1,
    // What was lost since the session began is not the window's; buffers carry marks of their own.
    eventsLost: 0,
    buffersLost: 0,
    ...(startTime === undefined ? {} : { startTime }),
  });
  yield header;
  for (const buffer of kept.buffers) yield storedBuffer(buffer, size);
}

// Packed buffers may be larger than the session's.
function blockSize({ session, buffers }: KeptSession): number {
  return buffers.reduce(
    (size, { length }) => Math.max(size, length),
    Math.max(session.bufferSize, session.header.length),
  );
}

/**
 * When the session would have begun if its counter had always run as it does now. A session runs for months and QPC drifts by
 * seconds a day: with its own start, times in the file would not be those of the records.
 */
function startTimeOf({ session, buffers }: KeptSession): bigint | undefined {
  const header = readLogHeader(viewOf(session.header), BUFFER_HEADER_SIZE, session.header.length);
  const newest = buffers.at(-1);
  if (typeof header === 'string' || newest === undefined || header.perfFreq <= 0) return undefined;
  // The other clocks are no counters that drift.
  if (header.clock !== 'qpc' && header.clock !== 'raw') return undefined;
  const { timeHigh, timeLow } = readBufferHeader(viewOf(newest), 0);
  const time = { seconds: 0, nanoseconds: 0 };
  session.clock.write(session.clock.since(timeHigh, timeLow), time);
  const filetime =
    (BigInt(time.seconds) + FILETIME_TO_UNIX) * 10_000_000n + BigInt(Math.floor(time.nanoseconds / 100));
  const ticks = ticksOf(timeHigh, timeLow) - ticksOf(header.headerTime.high, header.headerTime.low);
  return filetime - (ticks * 10_000_000n) / BigInt(header.perfFreq);
}

function ticksOf(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
