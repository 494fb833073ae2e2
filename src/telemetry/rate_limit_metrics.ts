import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';
import { observePods, type PodCounts } from './pod_metrics.ts';

/** What the `rate_limit` processor measures. */
export const RATE_LIMIT_METRICS = {
  dropped: {
    name: 'sigel.rate_limit.dropped',
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.rateLimitName,
    description: 'Records left out, by the limit that did not let them pass.',
  },
  groups: {
    name: 'sigel.rate_limit.groups',
    instrument: 'gauge',
    unit: '{group}',
    by: MetricAttr.rateLimitName,
    description: 'Containers, namespaces, names or pairs of them that a limit counts.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Numbers by the names of limits. */
export interface RateLimitCounts {
  readonly dropped: Iterable<readonly [string, number]>;
  readonly groups: () => Iterable<readonly [string, number]>;
  readonly pods: PodCounts;
}

/** Measures limits whenever somebody collects. */
export function observeRateLimit(meter: Meter, counts: RateLimitCounts): void {
  const of = (name: keyof typeof RATE_LIMIT_METRICS, read: () => Iterable<readonly [string, number]>): void =>
    observable(meter, RATE_LIMIT_METRICS[name]).addCallback((result) => {
      for (const [limit, count] of read()) result.observe(count, { [MetricAttr.rateLimitName.name]: limit });
    });
  of('dropped', () => counts.dropped);
  of('groups', counts.groups);
  observePods(meter, 'limited', counts.pods);
}
