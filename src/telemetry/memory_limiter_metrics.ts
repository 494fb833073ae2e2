import type { Meter } from '@opentelemetry/api';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `memory_limiter` processor measures. */
export const MEMORY_LIMITER_METRICS = {
  used: {
    name: 'sigel.memory_limiter.used',
    instrument: 'gauge',
    unit: 'By',
    description:
      'Memory of the process: committed on Windows, resident elsewhere, less what its heap has free.',
  },
  soft: {
    name: 'sigel.memory_limiter.limit.soft',
    instrument: 'gauge',
    unit: 'By',
    description: 'Above it, records are refused.',
  },
  hard: {
    name: 'sigel.memory_limiter.limit.hard',
    instrument: 'gauge',
    unit: 'By',
    description: 'Above it, garbage is collected at each measurement besides.',
  },
  refused: {
    name: 'sigel.memory_limiter.refused',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that were refused for now. What is offered again and refused again counts again.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Sizes in bytes, and records. */
export type MemoryLimiterCounts = Readonly<Record<keyof typeof MEMORY_LIMITER_METRICS, number>>;

/** Measures a limiter whenever somebody collects. */
export function observeMemoryLimiter(meter: Meter, read: () => MemoryLimiterCounts): void {
  const keys = Object.keys(MEMORY_LIMITER_METRICS) as (keyof MemoryLimiterCounts)[];
  for (const key of keys)
    observable(meter, MEMORY_LIMITER_METRICS[key]).addCallback((result) => result.observe(read()[key]));
}
