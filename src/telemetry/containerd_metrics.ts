import type { MetricDefinition } from './metric.ts';

/** What the `containerd` extension measures. */
export const CONTAINERD_METRICS = {
  containers: {
    name: 'sigel.containerd.containers',
    instrument: 'gauge',
    unit: '{container}',
    description: 'Containers in the view, deleted ones that are still kept included.',
  },
  events: {
    name: 'sigel.containerd.events',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events that containerd sent.',
  },
  bad: {
    name: 'sigel.containerd.events.bad',
    instrument: 'counter',
    unit: '{event}',
    description: 'Events of containerd that could not be read.',
  },
  lag: {
    name: 'sigel.containerd.lag',
    instrument: 'gauge',
    unit: 's',
    description: 'Time between the last event of containerd and its arrival.',
  },
  lost: {
    name: 'sigel.containerd.connections.lost',
    instrument: 'counter',
    unit: '{connection}',
    description: 'Connections to containerd that worked and ended.',
  },
  connected: {
    name: 'sigel.containerd.connected',
    instrument: 'gauge',
    unit: '1',
    description: 'Whether the view is current: 1, else 0.',
  },
  overflowed: {
    name: 'sigel.containerd.containers.overflowed',
    instrument: 'counter',
    unit: '{container}',
    description: 'Containers that did not fit into `max_containers`, or made others be forgotten early.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
