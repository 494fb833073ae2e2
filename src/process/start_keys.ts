import type { KnownProcess } from './known_process.ts';

const SEQUENCE_BITS = 48n;

/**
 * What start keys (extended item 13) say of processes. Its low 48 bits are seen to be the sequence number that
 * process events tell; since no source says so, that is believed only once a trace has shown it.
 */
export class StartKeys {
  #shown = false;

  /** Whether a key may be of a process. */
  fits(process: KnownProcess, key: string): boolean {
    if (process.startKey !== undefined) return process.startKey === key;
    const { sequence } = process.facts;
    if (sequence === undefined) return true;
    const same = lowBits(key) === sequence;
    if (same && sequence > 0) this.#shown = true;
    return same || !this.#shown;
  }

  /** The sequence number that a key holds, once that is shown. */
  sequenceOf(key: string): number | undefined {
    return this.#shown ? lowBits(key) : undefined;
  }

  clear(): void {
    this.#shown = false;
  }
}

function lowBits(key: string): number | undefined {
  return /^0x[0-9a-f]{1,16}$/i.test(key)
    ? Number(BigInt.asUintN(Number(SEQUENCE_BITS), BigInt(key)))
    : undefined;
}
