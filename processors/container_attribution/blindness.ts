import type { Container, KubernetesFacts } from '../../src/containerd/facts.ts';
import { nodeAttributes } from '../../src/containerd/resource.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import { PodCounts } from '../../src/telemetry/pod_metrics.ts';

/** The record in which the agent says that it did not run. */
export const ABSENCE = 'sigel.agent.blind';

/** Records in which a receiver says that it did not see everything. */
const TOLD = new Set(['sigel.agent.events_lost', 'sigel.agent.consumer_restarted', ABSENCE]);

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
    for (const { namespace, podName } of runningPods(source.containers.all()))
      this.pods.addTo(namespace, podName, blind);
  }
}

/** A record of the node, told of each pod that has a running container. */
export function toldOfPods(record: LogRecord, source: ContainerSource): LogRecord[] {
  const node = nodeAttributes(record.resource);
  return runningPods(source.containers.all()).map(({ namespace, podName, podUid }) =>
    record.with({
      resource: internResource({
        ...node,
        [ResourceAttr.k8sNamespaceName.name]: namespace,
        [ResourceAttr.k8sPodName.name]: podName,
        [ResourceAttr.k8sPodUid.name]: podUid,
      }),
    }),
  );
}

function runningPods(containers: Iterable<Container>): KubernetesFacts[] {
  const pods = new Map<string, KubernetesFacts>();
  for (const { details, init, deletedAt } of containers) {
    const { kubernetes } = details;
    if (kubernetes === undefined || init === undefined) continue;
    if (deletedAt !== undefined || init.exitedAt !== undefined) continue;
    pods.set(kubernetes.podUid, kubernetes);
  }
  return [...pods.values()];
}
