import type { Attributes, Meter } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import { type MetricDefinition, observable } from './metric.ts';

/** What is measured by pod: `k8s.namespace.name` and `k8s.pod.name`. */
export const POD_METRICS = {
  limited: {
    name: 'sigel.pod.records.limited',
    instrument: 'counter',
    unit: '{record}',
    by: ResourceAttr.k8sPodName,
    description:
      'Records of a pod that `rate_limit` left out; also by `k8s.namespace.name`. At most 250 pods at a time.',
  },
  blind: {
    name: 'sigel.pod.blind.time',
    instrument: 'counter',
    unit: 's',
    by: ResourceAttr.k8sPodName,
    description:
      'How long a session lost events or was not read while the pod had a container, so what it did may not have been seen; also by `k8s.namespace.name`. At most 250 pods at a time.',
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** More than a node runs at a time (kubelet's default is 110). */
const MAX_PODS = 250;

interface PodCount {
  readonly attributes: Attributes;
  count: number;
}

/**
 * A count for each pod. Bounded: beyond {@link MAX_PODS} the one that was not counted longest is forgotten. It is a pod
 * that has ended, as a node runs fewer.
 */
export class PodCounts {
  readonly #counts = new Map<string, PodCount>();

  /** Adds to the pod that a resource is of; a resource of none is left out. */
  add({ attributes }: Resource, amount: number): void {
    const namespace = attributes[ResourceAttr.k8sNamespaceName.name];
    const pod = attributes[ResourceAttr.k8sPodName.name];
    if (typeof namespace !== 'string' || typeof pod !== 'string') return;
    this.addTo(namespace, pod, amount);
  }

  /** Adds to a pod. */
  addTo(namespace: string, pod: string, amount: number): void {
    const key = `${namespace}/${pod}`;
    const attributes = {
      [ResourceAttr.k8sNamespaceName.name]: namespace,
      [ResourceAttr.k8sPodName.name]: pod,
    };
    const known = this.#counts.get(key) ?? { attributes, count: 0 };
    known.count += amount;
    this.#counts.delete(key);
    this.#counts.set(key, known);
    if (this.#counts.size > MAX_PODS) this.#counts.delete(this.#counts.keys().next().value ?? '');
  }

  counts(): Iterable<PodCount> {
    return this.#counts.values();
  }
}

/** Measures pods whenever somebody collects. */
export function observePods(meter: Meter, metric: keyof typeof POD_METRICS, pods: PodCounts): void {
  observable(meter, POD_METRICS[metric]).addCallback((result) => {
    for (const { count, attributes } of pods.counts()) result.observe(count, attributes);
  });
}
