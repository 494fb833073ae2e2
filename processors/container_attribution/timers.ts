/** When waiting is over. */
export interface Timers {
  /** Calls after that many milliseconds, unless the result was called before. */
  after(milliseconds: number, run: () => void): () => void;
}

/** By the clock of this machine. */
export const SYSTEM_TIMERS: Timers = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

interface Waiting {
  readonly due: number;
  readonly run: () => void;
}

/** By the time of a recorded trace, which goes on when it is told so. All wait equally long. */
export class TraceTimers implements Timers {
  readonly #waiting = new Set<Waiting>();
  #now = Number.NEGATIVE_INFINITY;

  after(milliseconds: number, run: () => void): () => void {
    const waiting = { due: this.#now + milliseconds, run };
    this.#waiting.add(waiting);
    return () => this.#waiting.delete(waiting);
  }

  /** The trace has come to a time, in milliseconds; going back is no change. */
  advance(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    for (const waiting of this.#waiting) {
      if (waiting.due > now) return;
      this.#waiting.delete(waiting);
      waiting.run();
    }
  }
}
