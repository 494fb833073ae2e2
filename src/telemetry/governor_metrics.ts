import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What the CPU governor of the `etw` receiver measures. */
export const GOVERNOR_METRICS = {
  level: {
    name: 'sigel.governor.level',
    instrument: 'gauge',
    unit: '{stage}',
    description: 'How many stages of events are not asked for, since the CPU is short; 0: all are.',
  },
  usage: {
    name: 'sigel.governor.usage',
    instrument: 'gauge',
    unit: '1',
    description: 'Cores that the process uses, over ten seconds.',
  },
  limit: {
    name: 'sigel.governor.limit',
    instrument: 'gauge',
    unit: '1',
    description: 'Cores that it may use (`service::cpu_limit`).',
  },
  steps: {
    name: 'sigel.governor.steps',
    instrument: 'counter',
    unit: '{step}',
    by: MetricAttr.governorStep,
    description: 'How often a stage was given up (`shed`) or asked for again (`restore`).',
  },
  time: {
    name: 'sigel.governor.shed.time',
    instrument: 'counter',
    unit: 's',
    by: MetricAttr.governorStage,
    description: 'How long the events of a stage were not asked for.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Numbers; steps and seconds by what they are of. */
export interface GovernorCounts {
  readonly level: number;
  readonly usage: number;
  /** Undefined where there is none. */
  readonly limit: number | undefined;
  readonly steps: Iterable<readonly [string, number]>;
  readonly time: Iterable<readonly [string, number]>;
}

/** Measures a governor whenever somebody collects. */
export function observeGovernor(meter: Meter, read: () => GovernorCounts): void {
  for (const name of ['level', 'usage', 'limit'] as const)
    observable(meter, GOVERNOR_METRICS[name]).addCallback((result) => {
      const number = read()[name];
      if (number !== undefined) result.observe(number);
    });
  for (const name of ['steps', 'time'] as const) {
    const { by } = GOVERNOR_METRICS[name];
    observable(meter, GOVERNOR_METRICS[name]).addCallback((result) => {
      for (const [what, number] of read()[name]) result.observe(number, { [by.name]: what });
    });
  }
}
