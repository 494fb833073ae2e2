import type { MemoryLimiterConfig } from './config.ts';
import type { Memory } from './host_memory.ts';

const MIB = 2 ** 20;
/** Of V8's heap: it ends the process when it is full, and slows down long before. */
const HEAP_HARD = 0.8;
const HEAP_SOFT = 0.65;

/** A soft and a hard limit, in bytes. */
export interface Limits {
  readonly soft: number;
  readonly hard: number;
}

/** The limits of the process's memory. */
export function processLimits(config: MemoryLimiterConfig, { available }: Memory): Limits {
  const inMib = config.limit_mib > 0;
  const hard = inMib ? config.limit_mib * MIB : share(config.limit_percentage, available);
  const spike = inMib ? config.spike_limit_mib * MIB : share(config.spike_limit_percentage, available);
  return { soft: hard - (spike || Math.trunc(hard / 5)), hard };
}

/** The limits of the heap alone. */
export function heapLimits({ heapAvailable }: Memory): Limits {
  return { soft: HEAP_SOFT * heapAvailable, hard: HEAP_HARD * heapAvailable };
}

function share(percentage: number, of: number): number {
  return Math.trunc((of * percentage) / 100);
}
