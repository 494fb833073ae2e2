import type { MetricDefinition } from './metric.ts';

/** What the `kubernetes` block of the `container_attribution` processor measures. */
export const KUBERNETES_METRICS = {
  pods: {
    name: 'sigel.kubernetes.pods',
    instrument: 'gauge',
    unit: '{pod}',
    description: 'Pods of this node that are known, deleted ones that are still kept included.',
  },
  connected: {
    name: 'sigel.kubernetes.connected',
    instrument: 'gauge',
    unit: '1',
    description: 'Whether the view of pods is current: 1, else 0.',
  },
  watches: {
    name: 'sigel.kubernetes.watches.restarted',
    instrument: 'counter',
    unit: '{watch}',
    description: 'Watches of pods that ended and were begun anew; every few minutes is usual.',
  },
  lists: {
    name: 'sigel.kubernetes.lists.repeated',
    instrument: 'counter',
    unit: '{list}',
    description: 'Lists of pods after the first: the API server no longer knew where the watch had been.',
  },
  errors: {
    name: 'sigel.kubernetes.errors',
    instrument: 'counter',
    unit: '{request}',
    description: 'Requests to the API server that failed or were refused.',
  },
  bad: {
    name: 'sigel.kubernetes.objects.bad',
    instrument: 'counter',
    unit: '{object}',
    description: 'Pods and events of a watch that could not be read, or were too long.',
  },
  overflowed: {
    name: 'sigel.kubernetes.pods.overflowed',
    instrument: 'counter',
    unit: '{pod}',
    description: 'Pods that did not fit into `max_pods`, or made others be forgotten early.',
  },
} as const satisfies Record<string, MetricDefinition>;
