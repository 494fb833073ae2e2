import type { Container } from '../../src/containerd/facts.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { PodCounts } from '../../src/telemetry/pod_metrics.ts';

/** Records in which a receiver says that it did not see everything. */
const TOLD = new Set(['sigel.agent.events_lost', 'sigel.agent.consumer_restarted']);

/**
 * How long what pods did may not have been seen. A session that loses events does not say whose they were, so its time
 * counts for every pod that had a running container; time that several sessions lost counts once.
 */
export class Blindness {
  readonly pods = new PodCounts();
  /** Until when it is counted, Unix seconds. */
  #until = 0;

  /** Looks at a record of the node. (What a provider may be called has a slash in its records' names.) */
  heed(record: LogRecord, source: ContainerSource | undefined): void {
    if (source === undefined || !TOLD.has(record.eventName)) return;
    const duration = record.get(Attr.blindDuration);
    if (duration === undefined) return;
    const [seconds, nanoseconds] = record.hrTime;
    const end = seconds + nanoseconds / 1e9;
    const blind = end - Math.max(end - duration, this.#until);
    if (blind <= 0) return;
    this.#until = end;
    for (const [namespace, pod] of runningPods(source.containers.all()))
      this.pods.addTo(namespace, pod, blind);
  }
}

function runningPods(containers: Iterable<Container>): Iterable<readonly [namespace: string, pod: string]> {
  const pods = new Map<string, readonly [string, string]>();
  for (const { details, init, deletedAt } of containers) {
    const { kubernetes } = details;
    if (kubernetes === undefined || init === undefined) continue;
    if (deletedAt !== undefined || init.exitedAt !== undefined) continue;
    pods.set(kubernetes.podUid, [kubernetes.namespace, kubernetes.podName]);
  }
  return pods.values();
}
