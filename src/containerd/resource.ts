import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../model/attributes.ts';
import { internResource } from '../model/resource.ts';
import type { Container } from './facts.ts';
import { withService } from './service_attributes.ts';
import type { ContainerSource } from './source.ts';

/** Pod labels that stand in a resource; more would make every message long. */
const MAX_POD_LABELS = 64;

/**
 * The resource attributes of a container, by OpenTelemetry's names: container.*, and k8s.* where kubelet owns it.
 * `k8s.pod.label.*` are those of its sandbox.
 */
export function containerAttributes(container: Container, source: ContainerSource): Attributes {
  const { details } = container;
  const { image, kubernetes } = details;
  const { state } = source;
  const attributes: Attributes = {
    [ResourceAttr.containerId.name]: container.id,
    [ResourceAttr.containerName.name]: kubernetes?.containerName ?? container.id,
    [ResourceAttr.containerRuntimeName.name]: 'containerd',
  };
  if (state.kind === 'synced') attributes[ResourceAttr.containerRuntimeVersion.name] = state.version;
  if (image !== undefined) {
    attributes[ResourceAttr.containerImageName.name] = image.name;
    if (image.tags.length > 0) attributes[ResourceAttr.containerImageTags.name] = [...image.tags];
    if (image.repoDigests.length > 0)
      attributes[ResourceAttr.containerImageRepoDigests.name] = [...image.repoDigests];
  }
  return { ...attributes, ...kubernetesAttributes(container, source) };
}

function kubernetesAttributes(container: Container, source: ContainerSource): Attributes {
  const { kubernetes } = container.details;
  if (kubernetes === undefined) return {};
  const { namespace, podName, podUid, containerName, restartCount } = kubernetes;
  const attributes: Attributes = {
    [ResourceAttr.k8sNamespaceName.name]: namespace,
    [ResourceAttr.k8sPodName.name]: podName,
    [ResourceAttr.k8sPodUid.name]: podUid,
  };
  if (containerName !== undefined) attributes[ResourceAttr.k8sContainerName.name] = containerName;
  if (restartCount !== undefined) attributes[ResourceAttr.k8sContainerRestartCount.name] = restartCount;
  const labels = source.containers.sandboxOf(container)?.details.podLabels ?? new Map<string, string>();
  // In one order, so that a change of order is no new resource.
  const names = [...labels.keys()].sort((a, b) => (a < b ? -1 : 1)).slice(0, MAX_POD_LABELS);
  for (const name of names) attributes[`k8s.pod.label.${name}`] = labels.get(name) ?? '';
  return attributes;
}

/** What a node's resource says of the agent is not so of what runs on it. */
const OF_AGENT = /^(?:service|telemetry)\./;

/** A node's attributes without those of its agent. */
export function nodeAttributes(node: Resource): Attributes {
  return Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !OF_AGENT.test(name)));
}

/** The resource of a container on its node, with what else is known of its pod and what follows from it, interned. */
export function containerResource(
  container: Container,
  source: ContainerSource,
  node: Resource,
  pod: Attributes = {},
): Resource {
  const known = { ...nodeAttributes(node), ...containerAttributes(container, source), ...pod };
  return internResource(withService(known));
}
