import type { Meter } from '@opentelemetry/api';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `process` processor measures. */
export const PROCESS_TABLE_METRICS = {
  known: {
    name: 'sigel.process_table.known',
    instrument: 'gauge',
    unit: '{process}',
    description: 'Processes that are known, exited ones that are kept for a while included.',
  },
  evicted: {
    name: 'sigel.process_table.evicted',
    instrument: 'counter',
    unit: '{process}',
    description: 'Processes forgotten since `max_processes` were known.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Measures process tables whenever somebody collects. */
export function observeProcesses(
  meter: Meter,
  tables: { readonly size: number; readonly evicted: number },
): void {
  observable(meter, PROCESS_TABLE_METRICS.known).addCallback((result) => result.observe(tables.size));
  observable(meter, PROCESS_TABLE_METRICS.evicted).addCallback((result) => result.observe(tables.evicted));
}
