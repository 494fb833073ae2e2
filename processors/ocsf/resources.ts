import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../../src/model/attributes.ts';
import type { Value, ValueMap } from '../../src/model/value.ts';
import { listOf, objectOf, objectWith } from './object.ts';

/** The pod that a detection is about. */
export function resourcesOf(resource: Resource): readonly Value[] | undefined {
  const uid = textOf(resource, ResourceAttr.k8sPodUid.name);
  const name = textOf(resource, ResourceAttr.k8sPodName.name);
  if (uid === undefined && name === undefined) return undefined;
  const namespace = textOf(resource, ResourceAttr.k8sNamespaceName.name);
  return listOf([objectWith({ type: 'Kubernetes Pod' }, { uid, name, namespace })]);
}

/** The node: a server that runs Windows. */
export function deviceOf(resource: Resource): ValueMap | undefined {
  const hostname = textOf(resource, ResourceAttr.hostName.name);
  const uid = textOf(resource, ResourceAttr.hostId.name);
  if (hostname === undefined && uid === undefined) return undefined;
  const system = objectOf({
    version: textOf(resource, ResourceAttr.osVersion.name),
    build: textOf(resource, ResourceAttr.osBuildId.name),
  });
  const os = { name: 'Windows', type_id: 100, type: 'Windows', ...system };
  return objectWith({ type_id: 1, type: 'Server', os }, { hostname, uid });
}

/** The container; undefined on the node itself. */
export function containerOf(resource: Resource): ValueMap | undefined {
  const uid = textOf(resource, ResourceAttr.containerId.name);
  const name = textOf(resource, ResourceAttr.containerName.name);
  if (uid === undefined && name === undefined) return undefined;
  const image = textOf(resource, ResourceAttr.containerImageName.name);
  const tag = firstOf(resource, ResourceAttr.containerImageTags.name);
  const digest = firstOf(resource, ResourceAttr.containerImageRepoDigests.name);
  const pod = textOf(resource, ResourceAttr.k8sPodUid.name);
  return objectOf({
    uid,
    name,
    tag,
    image:
      image === undefined
        ? undefined
        : { name: image, uid: digest ?? (tag === undefined ? image : `${image}:${tag}`) },
    runtime: textOf(resource, ResourceAttr.containerRuntimeName.name),
    orchestrator: pod === undefined ? undefined : 'kubernetes',
    pod_uuid: pod,
  });
}

function textOf(resource: Resource, name: string): string | undefined {
  const value = resource.attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function firstOf(resource: Resource, name: string): string | undefined {
  const value = resource.attributes[name];
  const [first] = Array.isArray(value) ? value : [];
  return typeof first === 'string' ? first : undefined;
}
