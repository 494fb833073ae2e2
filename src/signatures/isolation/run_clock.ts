import type { Watch } from '../runner.ts';

const HEADER_BYTES = 8;
const NOBODY = -1;

/**
 * Memory that two threads share, in which the one that runs signatures notes whose code runs and how long each has run:
 * the other one cannot ask it when it hangs.
 */
export class RunClock implements Watch {
  readonly memory: SharedArrayBuffer;
  readonly #current: Int32Array;
  readonly #spent: Float64Array;
  #entered = 0;

  /** Over memory that another thread has, or new, for numbers below `count`. */
  constructor(memory: SharedArrayBuffer | number) {
    this.memory =
      typeof memory === 'number'
        ? new SharedArrayBuffer(HEADER_BYTES + memory * Float64Array.BYTES_PER_ELEMENT)
        : memory;
    this.#current = new Int32Array(this.memory, 0, 1);
    this.#spent = new Float64Array(this.memory, HEADER_BYTES);
    if (typeof memory === 'number') this.reset();
  }

  /** Begins anew, before the other thread is asked. */
  reset(): void {
    Atomics.store(this.#current, 0, NOBODY);
    this.#spent.fill(0);
  }

  enter(number: number): void {
    Atomics.store(this.#current, 0, number);
    this.#entered = performance.now();
  }

  leave(number: number): void {
    this.#spent[number] = (this.#spent[number] ?? 0) + performance.now() - this.#entered;
    Atomics.store(this.#current, 0, NOBODY);
  }

  /** Whose code runs. */
  get current(): number | undefined {
    const number = Atomics.load(this.#current, 0);
    return number === NOBODY ? undefined : number;
  }

  /** Who has run longest of so many milliseconds; what nobody has used up is that of whose code runs. */
  slowest(elapsed: number): number | undefined {
    const spent = [...this.#spent];
    const { current } = this;
    if (current !== undefined)
      spent[current] = (spent[current] ?? 0) + elapsed - spent.reduce((a, b) => a + b, 0);
    const most = Math.max(...spent);
    return most > 0 ? spent.indexOf(most) : undefined;
  }
}
