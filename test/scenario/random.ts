/**
 * Deterministic pseudo-random numbers (mulberry32) for what a story leaves open: jitter, addresses, checksums.
 * The same seed writes the same bytes.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer in [from, to). */
  integer(from: number, to: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return from + (((t ^ (t >>> 14)) >>> 0) % (to - from));
  }

  /** A version 4 GUID. */
  guid(): string {
    const hex = Array.from({ length: 32 }, () => this.integer(0, 16).toString(16));
    hex[12] = '4';
    hex[16] = '89ab'[this.integer(0, 4)] ?? '8';
    const text = hex.join('');
    return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
      '-',
    );
  }
}
