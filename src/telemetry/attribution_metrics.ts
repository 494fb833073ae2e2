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
  excluded: {
    name: 'sigel.attribution.excluded',
    instrument: 'counter',
    unit: '{record}',
    by: MetricAttr.cause,
    description:
      'Records that the configuration leaves out: of a container, of the host, or noise of what runs the node.',
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
  remembered: {
    name: 'sigel.attribution.remembered',
    instrument: 'gauge',
    unit: '{entry}',
    by: MetricAttr.attributionState,
    description:
      'What processes are found by: `claims` of pids, `sessions`, `silos`, those that were waited for in vain (`quiet`); and processes that wait (`waiting`).',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What became of records, in records. */
export interface AttributionCounts {
  readonly attributed: Map<string, number>;
  readonly excluded: Map<string, number>;
  unresolved: number;
  released: number;
  expired: number;
  readonly parked: () => number;
  /** Entries by what they are. */
  readonly remembered: () => Readonly<Record<string, number>>;
}

/** Measures attribution whenever somebody collects. */
export function observeAttribution(meter: Meter, counts: AttributionCounts): void {
  const of = (name: 'unresolved' | 'parked' | 'released' | 'expired', value: () => number): void =>
    observable(meter, ATTRIBUTION_METRICS[name]).addCallback((result) => result.observe(value()));
  const by = (
    name: 'attributed' | 'excluded' | 'remembered',
    values: () => Iterable<readonly [string, number]>,
  ): void => {
    const { by: key } = ATTRIBUTION_METRICS[name];
    observable(meter, ATTRIBUTION_METRICS[name]).addCallback((result) => {
      for (const [value, count] of values()) result.observe(count, { [key.name]: value });
    });
  };
  by('attributed', () => counts.attributed);
  by('excluded', () => counts.excluded);
  by('remembered', () => Object.entries(counts.remembered()));
  of('unresolved', () => counts.unresolved);
  of('parked', counts.parked);
  of('released', () => counts.released);
  of('expired', () => counts.expired);
}
