import { Clock } from '../clock.ts';
import type { Ticks } from '../log_header.ts';

/** The session clock and the system's time at one moment. */
export interface ClockSample {
  /** Raw ticks of the session clock. */
  readonly ticks: Ticks;
  /** Unix time. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** From `ticks` (since the zero) on, time goes on from `time` at `rate` seconds a nominal second. */
interface Segment {
  readonly ticks: number;
  /** Unix seconds since the clock's own start, as a fraction. */
  readonly time: number;
  readonly rate: number;
}

/** Segments kept: events are at most some flush intervals older than the newest sample. */
const MAX_SEGMENTS = 8;
/** The fastest that time is made to run: 5 % off. */
const MAX_SLEW = 0.05;
/** A system clock that was set further ahead than this is followed at once. */
const STEP_SECONDS = 2;
/** How long slewing takes to make up for an offset, in seconds. */
const MAKE_UP_SECONDS = 60;

/**
 * A clock of a session that runs for months: QPC drifts against the system's time (about 1.7 s a day were
 * measured), so samples of both correct it. Time is slewed, never set back: the order of time is that of
 * ticks. A system clock that is set ahead by more than two seconds is followed at once; one that is set
 * back is approached by running 5 % slower.
 */
export class LiveClock extends Clock {
  readonly #segments: Segment[];
  readonly #start: { seconds: number; nanoseconds: number };

  /** `sample` is the first: what it says of the time holds for all ticks, before and behind. */
  constructor(sample: ClockSample, frequency: number) {
    super(sample.ticks, frequency, { high: 0, low: 0 });
    this.#start = { seconds: sample.seconds, nanoseconds: sample.nanoseconds };
    this.#segments = [{ ticks: 0, time: 0, rate: 1 }];
  }

  /** Corrects the clock; returns by how many seconds it was behind the system's time (before, if negative). */
  correct(sample: ClockSample): number {
    const ticks = this.since(sample.ticks.high, sample.ticks.low);
    const now = this.#timeAt(ticks);
    const wanted =
      sample.seconds - this.#start.seconds + (sample.nanoseconds - this.#start.nanoseconds) / 1e9;
    const offset = wanted - now;
    const step = offset > STEP_SECONDS ? offset : 0;
    const slew = (offset - step) / MAKE_UP_SECONDS;
    const rate = 1 + Math.max(-MAX_SLEW, Math.min(MAX_SLEW, slew));
    this.#segments.unshift({ ticks, time: now + step, rate });
    this.#segments.length = Math.min(this.#segments.length, MAX_SEGMENTS);
    return offset;
  }

  override write(ticks: number, target: { seconds: number; nanoseconds: number }): void {
    const time = this.#timeAt(ticks);
    const whole = Math.floor(time);
    let seconds = this.#start.seconds + whole;
    let nanoseconds = this.#start.nanoseconds + Math.round((time - whole) * 1e9);
    while (nanoseconds >= 1e9) {
      nanoseconds -= 1e9;
      seconds += 1;
    }
    target.seconds = Math.max(seconds, 0);
    target.nanoseconds = nanoseconds;
  }

  #timeAt(ticks: number): number {
    const segments = this.#segments;
    let segment = segments[0] as Segment;
    for (let i = 1; i < segments.length && ticks < segment.ticks; i++) segment = segments[i] as Segment;
    return segment.time + ((ticks - segment.ticks) / this.frequency) * segment.rate;
  }
}
