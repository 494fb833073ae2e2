import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the `container_attribution` processor measures. */
export const ATTRIBUTION_METRICS = {
  attributed: {
    name: 'sigel.attribution.attributed',
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.attributionMethod,
    description: 'Records given the resource of a container, by the way it was found.',
  },
  unresolved: {
    name: 'sigel.attribution.unresolved',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records of what is or may be a container that nobody told of in time.',
  },
  parked: {
    name: 'sigel.attribution.parked',
    instrument: 'gauge',
    unit: '{record}',
    description: 'Records that wait for containerd to tell of their container.',
  },
  released: {
    name: 'sigel.attribution.released',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that waited until it was known whose they are.',
  },
  expired: {
    name: 'sigel.attribution.expired',
    instrument: 'counter',
    unit: '{record}',
    description: 'Records that went on before that, since their time or the room for them was over.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What became of records, in records. */
export interface AttributionCounts {
  readonly attributed: Map<string, number>;
  unresolved: number;
  released: number;
  expired: number;
  readonly parked: () => number;
}

/** Measures attribution whenever somebody collects. */
export function observeAttribution(meter: Meter, counts: AttributionCounts): void {
  const of = (name: Exclude<keyof typeof ATTRIBUTION_METRICS, 'attributed'>, value: () => number): void =>
    observable(meter, ATTRIBUTION_METRICS[name]).addCallback((result) => result.observe(value()));
  observable(meter, ATTRIBUTION_METRICS.attributed).addCallback((result) => {
    for (const [method, count] of counts.attributed)
      result.observe(count, { [MetricAttr.attributionMethod.name]: method });
  });
  of('unresolved', () => counts.unresolved);
  of('parked', counts.parked);
  of('released', () => counts.released);
  of('expired', () => counts.expired);
}
