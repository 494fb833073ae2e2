import type { Consumption } from '../../../src/windows/consumer/consume.ts';

/** What the program is to measure. */
export interface LiveWish {
  /**
   * How far the events go: `callback` returns at once; `ring` has them read on the main thread and dropped;
   * `records` is the receiver, whose records are accepted at once; `otlp` encodes them too.
   */
  readonly stage: 'callback' | 'ring' | 'records' | 'otlp';
  readonly consumption: Exclude<Consumption, 'auto'>;
  /** Events that the stand-in plays, the log header included. */
  readonly events: number;
  /** Bytes of the trace's buffers. */
  readonly bufferSize: number;
}

/** What came through. */
export interface StageResult {
  readonly events: number;
  readonly records: number;
  /** Dropped, lost or not to be packed; anything but 0 makes the run void. */
  readonly lost: number;
  /** How long the thread that ETW calls waited for room in the ring. */
  readonly blockedSeconds: number;
}

/** What it took. */
export interface Cost {
  /** By the clock. */
  readonly seconds: number;
  /** Of the whole process: both threads, and the stand-in's own. */
  readonly cpuSeconds: number;
  /** Share of the time that the main thread was busy. */
  readonly busy: number;
  readonly rssMib: number;
}

/** What the program answers. */
export type LiveAnswer = StageResult & Cost;

/** The session that the stand-in plays the trace in. */
export const SESSION = 'sigel-bench';
/** Longer than any run, in milliseconds: a slow reader makes the stand-in wait, so that nothing is dropped. */
export const MAX_BLOCK = 600_000;
/** The receiver's default. */
export const RING_SIZE = 8 * 1024 * 1024;

/** Measures from start() to stop(). */
export class Stopwatch {
  #began = performance.now();
  #cpu = process.cpuUsage();
  #loop = performance.eventLoopUtilization();

  start(): void {
    this.#began = performance.now();
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
  }

  stop(): Cost {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      seconds: (performance.now() - this.#began) / 1000,
      cpuSeconds: (user + system) / 1e6,
      busy: performance.eventLoopUtilization(this.#loop).utilization,
      rssMib: process.resourceUsage().maxRSS / 1024,
    };
  }
}
