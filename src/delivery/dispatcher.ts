/** What is sent at once; units of one lane go one after the other. */
export interface Dispatched {
  readonly lane?: number | undefined;
}

/** Sends several units at a time, begun in their order, but never two of one lane. */
export class Dispatcher<U extends Dispatched> {
  readonly #consumers: number;
  readonly #send: (unit: U) => Promise<void>;
  readonly #busyLanes = new Set<number>();
  #ready: U[] = [];
  #active = 0;
  #onIdle: (() => void)[] = [];

  /** `send` never rejects. */
  constructor(consumers: number, send: (unit: U) => Promise<void>) {
    this.#consumers = consumers;
    this.#send = send;
  }

  add(unit: U): void {
    this.#ready.push(unit);
    this.#pump();
  }

  /** Takes out what has not been begun. */
  clear(): readonly U[] {
    const left = this.#ready;
    this.#ready = [];
    return left;
  }

  /** Resolves when nothing is being sent. */
  idle(): Promise<void> {
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #pump(): void {
    while (this.#active < this.#consumers) {
      const next = this.#ready.findIndex(({ lane }) => lane === undefined || !this.#busyLanes.has(lane));
      if (next < 0) return;
      // Taking the first is far cheaper than taking one out of a long list.
      const unit = next === 0 ? this.#ready.shift() : this.#ready.splice(next, 1)[0];
      if (unit === undefined) return;
      void this.#begin(unit);
    }
  }

  async #begin(unit: U): Promise<void> {
    const { lane } = unit;
    this.#active++;
    if (lane !== undefined) this.#busyLanes.add(lane);
    await this.#send(unit);
    this.#active--;
    if (lane !== undefined) this.#busyLanes.delete(lane);
    this.#pump();
    if (this.#active === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}
