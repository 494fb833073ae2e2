/** The most callbacks of one signature that may wait. */
const MAX_WAITING = 10_000;

interface Waiting {
  readonly due: number;
  readonly callback: () => unknown;
}

/** Callbacks in the time of events, in milliseconds; those of one moment in the order in which they were asked for. */
export class EventTimers {
  /** By the time when they are due. */
  readonly #waiting: Waiting[] = [];

  /** The time of the next one. */
  get next(): number | undefined {
    return this.#waiting[0]?.due;
  }

  /** Adds one; what is returned calls it off. Throws a RangeError beyond {@link MAX_WAITING}. */
  add(due: number, callback: () => unknown): () => void {
    if (this.#waiting.length >= MAX_WAITING) throw new RangeError(`more than ${MAX_WAITING} timers wait`);
    const timer = { due, callback };
    this.#waiting.splice(this.#placeOf(due), 0, timer);
    return () => {
      const at = this.#waiting.indexOf(timer);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  /** Takes the next one that is due at a time. */
  take(time: number): Waiting | undefined {
    const next = this.next;
    return next !== undefined && next <= time ? this.#waiting.shift() : undefined;
  }

  /** Behind all that are due no later. */
  #placeOf(due: number): number {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waiting[middle]?.due ?? 0) <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
