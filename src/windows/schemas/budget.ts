/**
 * Time that may be spent on asking, so that whoever writes ever new events cannot stop the pipeline: some at
 * once, then a share of the time that passes.
 */
export class TimeBudget {
  readonly #now: () => number;
  readonly #most: number;
  readonly #share: number;
  #left: number;
  #at: number;

  /**
   * @param options.now Milliseconds, never going back.
   * @param options.most Milliseconds that may be spent at once.
   * @param options.share Part of the time that is given back, 0 to 1.
   */
  constructor(options: { readonly now: () => number; readonly most: number; readonly share: number }) {
    this.#now = options.now;
    this.#most = options.most;
    this.#share = options.share;
    this.#left = options.most;
    this.#at = options.now();
  }

  /** Whether something is left. */
  get open(): boolean {
    const now = this.#now();
    this.#left = Math.min(this.#most, this.#left + (now - this.#at) * this.#share);
    this.#at = now;
    return this.#left > 0;
  }

  /** Calls, and takes what it cost; a call may cost more than is left, which is then owed. */
  spend<T>(call: () => T): T {
    const from = this.#now();
    try {
      return call();
    } finally {
      this.#left -= this.#now() - from;
    }
  }
}
