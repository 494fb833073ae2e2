import type { Attributes } from '@opentelemetry/api';
import type { AttributeKey } from '../model/attribute_set.ts';
import { ResourceAttr } from '../model/attributes.ts';
import type { Extraction } from './extraction.ts';
import type { Owner, PodFacts } from './pod_facts.ts';
import { cronJobOf, deploymentOf } from './workload.ts';

type Tell = (pod: PodFacts, owner: (kind: string) => Owner | undefined) => string | undefined;

/** What can be told of a pod beside its name, namespace and uid, by the attribute's name. */
const TOLD = [
  [ResourceAttr.k8sPodStartTime, (pod) => pod.createdAt],
  [ResourceAttr.k8sPodIp, (pod) => pod.ip],
  [ResourceAttr.k8sPodHostname, (pod) => pod.hostname],
  [ResourceAttr.k8sNodeName, (pod) => pod.nodeName],
  [
    ResourceAttr.k8sDeploymentName,
    (pod, owner) => {
      const replicaSet = owner('ReplicaSet');
      return replicaSet && deploymentOf(replicaSet.name, pod);
    },
  ],
  [ResourceAttr.k8sReplicaSetName, (_, owner) => owner('ReplicaSet')?.name],
  [ResourceAttr.k8sReplicaSetUid, (_, owner) => owner('ReplicaSet')?.uid],
  [ResourceAttr.k8sStatefulSetName, (_, owner) => owner('StatefulSet')?.name],
  [ResourceAttr.k8sStatefulSetUid, (_, owner) => owner('StatefulSet')?.uid],
  [ResourceAttr.k8sDaemonSetName, (_, owner) => owner('DaemonSet')?.name],
  [ResourceAttr.k8sDaemonSetUid, (_, owner) => owner('DaemonSet')?.uid],
  [ResourceAttr.k8sJobName, (_, owner) => owner('Job')?.name],
  [ResourceAttr.k8sJobUid, (_, owner) => owner('Job')?.uid],
  [
    ResourceAttr.k8sCronJobName,
    (pod, owner) => {
      const job = owner('Job');
      return job && cronJobOf(job.name, pod);
    },
  ],
] as const satisfies readonly (readonly [AttributeKey<string>, Tell])[];

/** Not of the pod, but of the cluster it is in. */
const CLUSTER_UID = ResourceAttr.k8sClusterUid.name;
/** Names of attributes that can be asked for. */
export const METADATA: readonly string[] = [...TOLD.map(([key]) => key.name), CLUSTER_UID];
/** Those that stay what they are for a pod's life. */
export const USUAL_METADATA: readonly string[] = METADATA.filter(
  (name) => name !== ResourceAttr.k8sPodIp.name && name !== ResourceAttr.k8sPodHostname.name,
);

/** Which attributes pods are shown with. */
export interface Shown {
  /** Some of {@link METADATA}. */
  readonly metadata: ReadonlySet<string>;
  readonly extraction: Extraction;
}

/**
 * The attributes of a pod, named as the Collector's k8s_attributes processor (1.4) names them, without its name,
 * namespace and uid. What is known of it otherwise is not contradicted: of names that the pod itself chooses
 * (`resource.opentelemetry.io/…`) those of others are left out.
 */
export function podAttributes(
  pod: PodFacts,
  { metadata, extraction }: Shown,
  clusterUid?: string,
): Attributes {
  const owner = (kind: string): Owner | undefined => pod.owners.find((owner) => owner.kind === kind);
  const attributes: Attributes = {
    ...extraction.ofLabels(pod.labels),
    ...extraction.ofAnnotations(pod.annotations),
  };
  for (const [{ name }, tell] of TOLD) {
    const value = metadata.has(name) ? tell(pod, owner) : undefined;
    if (value !== undefined) attributes[name] = value;
  }
  if (clusterUid !== undefined && metadata.has(CLUSTER_UID)) attributes[CLUSTER_UID] = clusterUid;
  return attributes;
}
