/** How repeated entries are thinned out: see `service::telemetry::logs::sampling`. */
export interface SamplingOptions {
  readonly enabled: boolean;
  /** Milliseconds. */
  readonly tick: number;
  readonly initial: number;
  readonly thereafter: number;
}

/** Whether an entry is let through, and how many like it were left out since the last that was. */
export type Sample = { readonly kind: 'through'; readonly leftOut: number } | { readonly kind: 'left_out' };

/** Messages counted at the same time; beyond that the oldest is forgotten, so its count begins again. */
const MAX_MESSAGES = 1000;

interface Count {
  until: number;
  seen: number;
  leftOut: number;
}

/**
 * Lets the first `initial` entries of a message through in every tick and then every `thereafter`-th, so that
 * something that fails for every batch cannot fill the disk of the node. What was left out is said with the
 * next entry of that message.
 */
export class Sampler {
  readonly #options: SamplingOptions;
  readonly #counts = new Map<string, Count>();

  constructor(options: SamplingOptions) {
    this.#options = options;
  }

  /** `now` in milliseconds, by a clock that never goes back. */
  take(message: string, now: number): Sample {
    const { enabled, tick, initial, thereafter } = this.#options;
    if (!enabled) return { kind: 'through', leftOut: 0 };
    const count = this.#counts.get(message) ?? this.#open(message);
    if (now >= count.until) {
      count.until = now + tick;
      count.seen = 0;
    }
    count.seen++;
    const beyond = count.seen - initial;
    if (beyond > 0 && (thereafter === 0 || beyond % thereafter !== 0)) {
      count.leftOut++;
      return { kind: 'left_out' };
    }
    const { leftOut } = count;
    count.leftOut = 0;
    return { kind: 'through', leftOut };
  }

  #open(message: string): Count {
    const [oldest] = this.#counts.keys();
    if (this.#counts.size >= MAX_MESSAGES && oldest !== undefined) this.#counts.delete(oldest);
    const count = { until: 0, seen: 0, leftOut: 0 };
    this.#counts.set(message, count);
    return count;
  }
}
