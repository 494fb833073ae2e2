import type { Meter } from '@opentelemetry/api';
import { MetricAttr } from '../model/attributes.ts';
import type { ConfigurationView } from '../status/configuration_view.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What is measured of the configuration. */
export const CONFIG_METRICS = {
  info: {
    name: 'sigel.config.info',
    instrument: 'gauge',
    unit: '1',
    by: MetricAttr.configHash,
    description:
      'Always 1, beside the SHA-256 of what `sigel print-config` prints of the configuration that runs.',
  },
  since: {
    name: 'sigel.config.since',
    instrument: 'gauge',
    unit: 's',
    description: 'Since when that configuration runs, in seconds since 1970.',
  },
  successful: {
    name: 'sigel.config.last_reload.successful',
    instrument: 'gauge',
    unit: '1',
    description: 'Zero when the configuration was read again and refused, else 1.',
  },
  reloads: {
    name: 'sigel.config.reloads',
    instrument: 'counter',
    unit: '{reload}',
    by: MetricAttr.reloadOutcome,
    description: 'How often it was read again, by what came of it: `changed`, `unchanged`, `refused`.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Measures which configuration runs, whenever somebody collects. */
export function observeConfig(meter: Meter, read: () => ConfigurationView): void {
  const { info, since, successful, reloads } = CONFIG_METRICS;
  observable(meter, info).addCallback((result) => result.observe(1, { [info.by.name]: read().hash }));
  observable(meter, since).addCallback((result) => result.observe(read().since / 1000));
  observable(meter, successful).addCallback((result) =>
    result.observe(read().lastReload?.outcome === 'refused' ? 0 : 1),
  );
  observable(meter, reloads).addCallback((result) => {
    for (const [outcome, count] of Object.entries(read().reloads))
      result.observe(count, { [reloads.by.name]: outcome });
  });
}
