/**
 * How much may be on its way at once. Whoever reads waits for room; whoever settled gives it back. What is
 * larger than the whole window goes alone.
 */
export class Window {
  readonly #limit: number;
  #used = 0;
  #held = 0;
  #waiting: (() => void)[] = [];

  /** `limit` in any unit, as long as take and give use the same. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  /** Resolves when there is room for the amount, which is then taken. */
  async take(amount: number): Promise<void> {
    while (this.#used > 0 && (this.#held > 0 || this.#used + amount > this.#limit)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#used += amount;
  }

  give(amount: number): void {
    this.#used -= amount;
    this.#resume();
  }

  /** From now on, whatever room there is, nothing more is let in: something that was is not taken where it goes. */
  hold(): void {
    this.#held++;
  }

  /** Takes one {@link hold} back. */
  release(): void {
    this.#held--;
    if (this.#held === 0) this.#resume();
  }

  /** Resolves when everything was given back. */
  async empty(): Promise<void> {
    while (this.#used > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #resume(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
