import type { LogHeader, Ticks } from './log_header.ts';

/** 1601-01-01 to 1970-01-01 in seconds. */
const FILETIME_TO_UNIX = 11_644_473_600;
/** OTLP's fixed64 nanoseconds end in 2554. */
const MAX_SECONDS = 18_446_744_073;

/**
 * Converts a session's time stamps to unix time: start + (t - zero) / frequency. The zero is the header
 * event's stamp (QPC, CPU cycles, raw) or the start time itself (system time). Differences are taken first,
 * since a double does not hold a FILETIME exactly but any difference below 2^53 ticks.
 */
export class Clock {
  /** Ticks per second. */
  readonly frequency: number;
  readonly zero: Ticks;
  readonly #startSeconds: number;
  readonly #startNanoseconds: number;
  // The second that the last time fell into, as ticks and as unix time: the next one mostly does too.
  #secondFrom = 0;
  #secondTo = 0;
  #second = 0;

  constructor(zero: Ticks, frequency: number, start: Ticks) {
    this.zero = zero;
    this.frequency = frequency;
    const { seconds, nanoseconds } = filetimeToUnix(start);
    this.#startSeconds = seconds;
    this.#startNanoseconds = nanoseconds;
  }

  /** The clock that a log header describes. A frequency of 0 (damage) is taken as 10 MHz. */
  static of(header: LogHeader): Clock {
    switch (header.clock) {
      case 'system':
        return new Clock(header.startTime, 1e7, header.startTime);
      case 'cpu':
        return new Clock(header.headerTime, positive(header.cpuMHz * 1e6), header.startTime);
      case 'qpc':
      case 'raw':
        return new Clock(header.headerTime, positive(header.perfFreq), header.startTime);
    }
  }

  /** Ticks since the zero, exact below 2^53. */
  since(high: number, low: number): number {
    return (high - this.zero.high) * 4294967296 + (low - this.zero.low);
  }

  /**
   * Writes the unix time of ticks since the zero, rounded to the nanosecond; 0, which OTLP reads as unknown,
   * where damage puts it before 1970 or beyond what OTLP can say.
   */
  write(ticks: number, target: { seconds: number; nanoseconds: number }): void {
    if (!(ticks >= this.#secondFrom && ticks < this.#secondTo)) this.#enter(ticks);
    let seconds = this.#second;
    let nanoseconds =
      this.#startNanoseconds + Math.round(((ticks - this.#secondFrom) * 1e9) / this.frequency);
    while (nanoseconds >= 1e9) {
      nanoseconds -= 1e9;
      seconds += 1;
    }
    const known = seconds >= 0 && seconds < MAX_SECONDS && nanoseconds >= 0;
    target.seconds = known ? seconds : 0;
    target.nanoseconds = known ? nanoseconds : 0;
  }

  // Goes to the second that ticks fall into. Beyond 2^53, where they are no longer exact, it holds these alone.
  #enter(ticks: number): void {
    const whole = Math.floor(ticks / this.frequency);
    this.#secondFrom = whole * this.frequency;
    this.#secondTo = Math.abs(ticks) < 2 ** 52 ? this.#secondFrom + this.frequency : this.#secondFrom;
    this.#second = this.#startSeconds + whole;
  }
}

/** Unix time of a FILETIME (100 ns ticks since 1601), exact. */
export function filetimeToUnix(ticks: Ticks): { seconds: number; nanoseconds: number } {
  const value = (BigInt(ticks.high) << 32n) | BigInt(ticks.low);
  const seconds = value / 10_000_000n;
  return {
    seconds: Number(seconds) - FILETIME_TO_UNIX,
    nanoseconds: Number(value - seconds * 10_000_000n) * 100,
  };
}

function positive(frequency: number): number {
  return frequency > 0 && Number.isFinite(frequency) ? frequency : 1e7;
}
