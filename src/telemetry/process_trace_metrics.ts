import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the connector `process_trace` measures beside its account. */
export const PROCESS_TRACE_METRICS = {
  open: {
    name: 'sigel.process_trace.open',
    instrument: 'gauge',
    unit: '{span}',
    description: 'Spans of processes that may exit soon.',
  },
  held: {
    name: 'sigel.process_trace.held',
    instrument: 'gauge',
    unit: '{span}',
    description: 'Finished spans that wait for a detection in their trace.',
  },
  traces: {
    name: 'sigel.process_trace.traces',
    instrument: 'gauge',
    unit: '{trace}',
    description: 'Traces that spans may still come for.',
  },
  leftOut: {
    name: 'sigel.process_trace.left_out',
    instrument: 'counter',
    unit: '{span}',
    by: MetricAttr.cause,
    description: 'Spans that were made and not handed on: `sampled`, or one more than `max_spans_per_trace`.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Measures what is remembered of traces whenever somebody collects. */
export function observeProcessTraces(
  meter: Meter,
  sizes: () => Readonly<Record<'open' | 'held' | 'traces', number>>,
  leftOut: ReadonlyMap<string, number>,
): void {
  for (const name of ['open', 'held', 'traces'] as const)
    observable(meter, PROCESS_TRACE_METRICS[name]).addCallback((result) => result.observe(sizes()[name]));
  const { leftOut: definition } = PROCESS_TRACE_METRICS;
  observable(meter, definition).addCallback((result) => {
    for (const [cause, count] of leftOut) result.observe(count, { [definition.by.name]: cause });
  });
}
