/** Lets the first few pass in every second and then every n-th, as zap's sampler does. */
export class SecondSampler {
  readonly #initial: number;
  readonly #thereafter: number;
  readonly #now: () => number;
  #second = -1;
  #seen = 0;

  constructor(initial: number, thereafter: number, now: () => number = Date.now) {
    this.#initial = initial;
    this.#thereafter = thereafter;
    this.#now = now;
  }

  /** Whether the next one passes. */
  take(): boolean {
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#seen = 0;
    }
    this.#seen++;
    if (this.#seen <= this.#initial) return true;
    return this.#thereafter > 0 && (this.#seen - this.#initial) % this.#thereafter === 0;
  }
}
