/** How much a queue holds at most, in any unit. Whoever waits for room gets it in the order of asking. */
export class Room {
  readonly #size: number;
  readonly #waiting: { readonly amount: number; readonly resolve: (got: boolean) => void }[] = [];
  #used = 0;
  #onEmpty: (() => void)[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** How much is held. */
  get used(): number {
    return this.#used;
  }

  /** Takes room, if there is any and nobody waits. What is larger than all of it needs it empty. */
  take(amount: number): boolean {
    if (this.#waiting.length > 0 || !this.#fits(amount)) return false;
    this.#used += amount;
    return true;
  }

  /** Waits for room and takes it; false when {@link refuseWaiting} ends the wait. */
  wait(amount: number): Promise<boolean> {
    return new Promise((resolve) => this.#waiting.push({ amount, resolve }));
  }

  /** Counts what is there already, whether or not it fits. */
  add(amount: number): void {
    this.#used += amount;
  }

  give(amount: number): void {
    this.#used -= amount;
    for (
      let next = this.#waiting[0];
      next !== undefined && this.#fits(next.amount);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#used += next.amount;
      next.resolve(true);
    }
    if (this.#used === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  refuseWaiting(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  /** Resolves when nothing is held. */
  empty(): Promise<void> {
    if (this.#used === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onEmpty.push(resolve));
  }

  #fits(amount: number): boolean {
    return this.#used === 0 || this.#used + amount <= this.#size;
  }
}
