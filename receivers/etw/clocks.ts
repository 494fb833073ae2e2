import { Clock } from '../../src/etw/clock.ts';
import { type ClockSample, LiveClock } from '../../src/etw/live/live_clock.ts';
import type { LogHeader } from '../../src/etw/log_header.ts';

/** The clocks of live sessions: one for all that count QPC, corrected against the system's time. */
export class Clocks {
  readonly #sample: (() => ClockSample | undefined) | undefined;
  #shared: LiveClock | undefined;
  /** Seconds that the sessions' clock was behind the system's time when last compared. */
  offset = 0;

  /** `sample` reads both clocks; without it a session's time is what its header says. */
  constructor(sample: (() => ClockSample | undefined) | undefined) {
    this.#sample = sample;
  }

  /** The clock of a session with that header. */
  of(header: LogHeader): Clock {
    if (header.clock !== 'qpc' && header.clock !== 'raw') return Clock.of(header);
    if (this.#shared !== undefined) return this.#shared;
    const sample = this.#sample?.();
    if (sample === undefined || header.perfFreq <= 0) return Clock.of(header);
    this.#shared = new LiveClock(sample, header.perfFreq);
    return this.#shared;
  }

  /** Compares the clocks anew. */
  correct(): void {
    const sample = this.#shared === undefined ? undefined : this.#sample?.();
    if (sample !== undefined) this.offset = this.#shared?.correct(sample) ?? 0;
  }
}
