import type { LogRecord } from '../../model/log_record.ts';

/** A record that waits for others that belong to it. */
export abstract class Held {
  /** It leaves when an event later than this comes; microseconds, see {@link eventTime}. */
  deadline: number;

  constructor(deadline: number) {
    this.deadline = deadline;
  }

  /** What to emit in its place: joined by then, or as it is. Called once; nothing can be joined to it afterwards. */
  abstract leave(): LogRecord;

  /** It need not wait any longer, and leaves when its turn comes. */
  ready(): void {
    this.deadline = Number.NEGATIVE_INFINITY;
  }
}

/** Event time in microseconds since 1970. */
export function eventTime({ hrTime }: LogRecord): number {
  return hrTime[0] * 1e6 + hrTime[1] / 1e3;
}

/** How much may wait. What is more leaves as it is. */
export interface HoldLimits {
  readonly records: number;
  readonly bytes: number;
}

/**
 * Records in the order they came. One that waits holds back those behind it, so that the order stays; not
 * longer than to its deadline, and not when more than the limits would have to wait.
 */
export class HoldQueue {
  readonly #limits: HoldLimits;
  #entries: (LogRecord | Held)[] = [];
  #sizes: number[] = [];
  #head = 0;
  #bytes = 0;

  constructor(limits: HoldLimits) {
    this.#limits = limits;
  }

  /** Records held back now. */
  get length(): number {
    return this.#entries.length - this.#head;
  }

  /** Takes a record, or one that waits; `size` is what it counts against the limit of bytes. */
  push(entry: LogRecord | Held, size: number, out: LogRecord[]): void {
    if (this.#head === this.#entries.length && !(entry instanceof Held)) {
      out.push(entry);
      return;
    }
    this.#entries.push(entry);
    this.#sizes.push(size);
    this.#bytes += size;
    while (this.length > this.#limits.records || this.#bytes > this.#limits.bytes) {
      this.#shift(out);
      // Up to the next that waits.
      this.drain(-Number.MAX_VALUE, out);
    }
  }

  /** Lets go what is ready or has waited long enough, at an event time. */
  drain(now: number, out: LogRecord[]): void {
    while (this.#head < this.#entries.length) {
      const entry = this.#entries[this.#head];
      if (entry instanceof Held && entry.deadline >= now) return;
      this.#shift(out);
    }
  }

  #shift(out: LogRecord[]): void {
    const entry = this.#entries[this.#head] as LogRecord | Held;
    this.#bytes -= this.#sizes[this.#head] ?? 0;
    this.#head++;
    if (this.#head === this.#entries.length) {
      this.#entries = [];
      this.#sizes = [];
      this.#head = 0;
    } else if (this.#head >= COMPACT && this.#head * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#head);
      this.#sizes.splice(0, this.#head);
      this.#head = 0;
    }
    out.push(entry instanceof Held ? entry.leave() : entry);
  }
}

const COMPACT = 512;
