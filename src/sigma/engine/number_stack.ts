/** Numbers in the order in which they came. To empty it costs nothing, and it never grows beyond what it is made for. */
export class NumberStack {
  readonly #numbers: Uint32Array;
  #size = 0;

  /** `capacity`: more than so many are never in it at once. */
  constructor(capacity: number) {
    this.#numbers = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  at(i: number): number {
    return this.#numbers[i] ?? 0;
  }

  push(number: number): void {
    this.#numbers[this.#size++] = number;
  }

  clear(): void {
    this.#size = 0;
  }

  /** All of them. */
  list(): number[] {
    return Array.from(this.#numbers.subarray(0, this.#size));
  }
}
