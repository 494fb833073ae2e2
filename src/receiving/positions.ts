/**
 * Where a source that can be read again has come to: everything before {@link Positions.settled} is settled, in whatever
 * order that happens.
 */
export class Positions {
  readonly #onSettled: () => void;
  /** Ends of what is open and of what is settled behind it, in order. */
  readonly #open: { readonly end: number; settled: boolean }[] = [];
  #taken: number;
  #settled: number;

  /** `start` is where reading begins; `onSettled` is called whenever `settled` has moved. */
  constructor(start: number, onSettled: () => void) {
    this.#taken = start;
    this.#settled = start;
    this.#onSettled = onSettled;
  }

  /** The lowest position that is not settled. */
  get settled(): number {
    return this.#settled;
  }

  /** The end of what was taken. */
  get taken(): number {
    return this.#taken;
  }

  /** The next `count` are on their way; the result says that they are settled. */
  take(count: number): () => void {
    this.#taken += count;
    const one = { end: this.#taken, settled: false };
    this.#open.push(one);
    return () => {
      one.settled = true;
      if (this.#open[0] === one) this.#advance();
    };
  }

  #advance(): void {
    const open = this.#open.findIndex(({ settled }) => !settled);
    const done = this.#open.splice(0, open < 0 ? this.#open.length : open);
    this.#settled = done.at(-1)?.end ?? this.#settled;
    this.#onSettled();
  }
}
