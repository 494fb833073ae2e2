import { filetimeToUnix } from '../../etw/clock.ts';
import type { ClockSample } from '../../etw/live/live_clock.ts';
import { callOf } from './host_calls.ts';
import type { Libraries } from './libraries.ts';

/** Between the two readings of the counter the thread may lose its processor; the shortest of these is taken. */
const TRIES = 5;

/**
 * Reads the counter that stamps events (QueryPerformanceCounter) and the system's time at one moment: the
 * counter before and after, the time between. Undefined where the system does not have them.
 */
export function sampleClock(libraries: Libraries): () => ClockSample | undefined {
  const counter = callOf(libraries, 'kernel32', 'QueryPerformanceCounter', 'p');
  const time = callOf(libraries, 'kernel32', 'GetSystemTimePreciseAsFileTime', 'p');
  if (counter === undefined || time === undefined) return () => undefined;
  const before = new BigInt64Array(1);
  const after = new BigInt64Array(1);
  const fileTime = new BigUint64Array(1);
  return () => {
    let best: { readonly ticks: bigint; readonly fileTime: bigint; readonly width: bigint } | undefined;
    for (let i = 0; i < TRIES; i++) {
      counter(before);
      time(fileTime);
      counter(after);
      const [from = 0n] = before;
      const width = (after[0] ?? 0n) - from;
      if (best === undefined || width < best.width)
        best = { ticks: from + width / 2n, fileTime: fileTime[0] ?? 0n, width };
    }
    return best === undefined ? undefined : sampleOf(best.ticks, best.fileTime);
  };
}

function sampleOf(ticks: bigint, fileTime: bigint): ClockSample {
  const { seconds, nanoseconds } = filetimeToUnix(halves(fileTime));
  return { ticks: halves(ticks), seconds, nanoseconds };
}

function halves(value: bigint): { readonly high: number; readonly low: number } {
  return { high: Number(value >> 32n), low: Number(value & 0xffffffffn) };
}
