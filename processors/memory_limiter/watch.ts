import type { MemoryLimiterConfig } from './config.ts';
import type { Memory } from './host_memory.ts';
import { heapLimits, type Limits, processLimits } from './limits.ts';

const MIB = 2 ** 20;
/** Of the time, what forced collections may take: above a limit that stays exceeded, they would take all of it. */
const COLLECTING_SHARE = 0.1;

/** What is above its limit, and how far. */
export interface Excess {
  readonly limit: keyof Limits;
  /** For a person. */
  readonly reason: string;
}

/** Compares the memory with its limits whenever it is asked to. */
export class MemoryWatch {
  readonly limits: Limits;
  readonly #memory: Memory;
  readonly #heapLimits: Limits;
  readonly #gcInterval: Readonly<Record<keyof Limits, number>>;
  readonly #now: () => number;
  #collected = Number.NEGATIVE_INFINITY;
  /** Milliseconds that the last forced collection took. */
  #took = 0;
  #excess: Excess | undefined;

  constructor(config: MemoryLimiterConfig, memory: Memory, now: () => number) {
    this.limits = processLimits(config, memory);
    this.#memory = memory;
    this.#heapLimits = heapLimits(memory);
    this.#gcInterval = {
      soft: config.min_gc_interval_when_soft_limited,
      hard: config.min_gc_interval_when_hard_limited,
    };
    this.#now = now;
  }

  /** What was too much when it was last looked at. */
  get excess(): Excess | undefined {
    return this.#excess;
  }

  /**
   * Looks. What is too much may be garbage, which nobody collects while nothing goes on: then it is collected and
   * looked at again.
   */
  check(): void {
    this.#excess = this.#look();
    if (this.#excess === undefined) return;
    const now = this.#now();
    const pause = Math.max(this.#gcInterval[this.#excess.limit], this.#took / COLLECTING_SHARE);
    if (now - this.#collected < pause) return;
    this.#collected = now;
    this.#memory.collect();
    this.#took = this.#now() - now;
    this.#excess = this.#look();
  }

  #look(): Excess | undefined {
    const process = excessOf('memory', this.#memory.used(), this.limits);
    const heap = excessOf('the heap', this.#memory.heapUsed(), this.#heapLimits);
    return process?.limit === 'hard' ? process : (heap ?? process);
  }
}

function excessOf(what: string, used: number, limits: Limits): Excess | undefined {
  if (used <= limits.soft) return undefined;
  const limit = used > limits.hard ? 'hard' : 'soft';
  const reason = `${what} is above the ${limit} limit: ${mib(used)} of ${mib(limits[limit])} MiB`;
  return { limit, reason };
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB);
}
