import type { Attributes } from '@opentelemetry/api';
import { ResourceAttr } from '../model/attributes.ts';

/** Where a resource keeps a pod's labels and annotations, as the Collector's k8s_attributes processor names them. */
const LABEL = 'k8s.pod.label.';
const ANNOTATION = 'k8s.pod.annotation.resource.opentelemetry.io/';

/** What gives a service its name, the first that is there, behind what the pod says itself. */
const NAMED_BY = [
  `${LABEL}app.kubernetes.io/instance`,
  `${LABEL}app.kubernetes.io/name`,
  ResourceAttr.k8sDeploymentName.name,
  ResourceAttr.k8sReplicaSetName.name,
  ResourceAttr.k8sStatefulSetName.name,
  ResourceAttr.k8sDaemonSetName.name,
  ResourceAttr.k8sCronJobName.name,
  ResourceAttr.k8sJobName.name,
  ResourceAttr.k8sPodName.name,
  ResourceAttr.k8sContainerName.name,
];

/** Kubernetes' names of pods end with five of these (k8s.io/apimachinery, util/rand). */
const POD_SUFFIX = /^-[bcdfghjklmnpqrstvwxz2456789]{5}$/;

/**
 * The finished attributes of a container's resource, with those that follow from them: the Deployment and ReplicaSet
 * of its pod, and `service.*` by the rules of OpenTelemetry's conventions for Kubernetes
 * (semantic-conventions, non-normative/k8s-attributes.md). What stands there already stays.
 *
 * `service.instance.id` stands only where the pod's annotation says so: backends index it, and one for each container
 * would be a stream for each.
 */
export function withService(attributes: Attributes): Attributes {
  const owned = { ...workloadOf(attributes), ...attributes };
  return { ...serviceOf(owned), ...owned };
}

/** What the label `pod-template-hash` tells: pods of a Deployment are called `<deployment>-<hash>-<suffix>`. */
function workloadOf(attributes: Attributes): Attributes {
  const hash = text(attributes[`${LABEL}pod-template-hash`]);
  const pod = text(attributes[ResourceAttr.k8sPodName.name]);
  if (hash === undefined || pod === undefined) return {};
  const end = pod.lastIndexOf('-');
  const replicaSet = pod.slice(0, Math.max(end, 0));
  const deployment = replicaSet.slice(0, -hash.length - 1);
  // A long name is cut, and then its hash does not stand where it is looked for.
  if (deployment === '' || replicaSet !== `${deployment}-${hash}` || !POD_SUFFIX.test(pod.slice(end)))
    return {};
  return {
    [ResourceAttr.k8sDeploymentName.name]: deployment,
    [ResourceAttr.k8sReplicaSetName.name]: replicaSet,
  };
}

function serviceOf(attributes: Attributes): Attributes {
  const first = (names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = text(attributes[name]);
      if (value !== undefined) return value;
    }
    return undefined;
  };
  const values: readonly (readonly [string, string | undefined])[] = [
    [
      ResourceAttr.serviceName.name,
      first([`${ANNOTATION}service.name`, ...NAMED_BY]) ?? unmanagedName(attributes),
    ],
    [
      ResourceAttr.serviceNamespace.name,
      first([`${ANNOTATION}service.namespace`, ResourceAttr.k8sNamespaceName.name]),
    ],
    [
      ResourceAttr.serviceVersion.name,
      first([`${ANNOTATION}service.version`, `${LABEL}app.kubernetes.io/version`]) ??
        imageVersion(attributes),
    ],
    [ResourceAttr.serviceInstanceId.name, first([`${ANNOTATION}service.instance.id`])],
  ];
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Of a container that no kubelet owns: its name, or that of its image where it is called by its id alone. */
function unmanagedName(attributes: Attributes): string | undefined {
  const name = text(attributes[ResourceAttr.containerName.name]);
  if (name !== undefined && name !== attributes[ResourceAttr.containerId.name]) return name;
  const image = text(attributes[ResourceAttr.containerImageName.name]);
  return image === undefined ? name : image.slice(image.lastIndexOf('/') + 1);
}

/** `tag@digest`, or what there is of the two. */
function imageVersion(attributes: Attributes): string | undefined {
  const tag = firstOf(attributes[ResourceAttr.containerImageTags.name]);
  const digest = firstOf(attributes[ResourceAttr.containerImageRepoDigests.name])?.split('@').at(-1);
  return tag !== undefined && digest !== undefined ? `${tag}@${digest}` : (tag ?? digest);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstOf(value: unknown): string | undefined {
  return Array.isArray(value) ? text(value[0]) : undefined;
}
