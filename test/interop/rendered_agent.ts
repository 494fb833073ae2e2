import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from './peers/helm.ts';

/** A container of a rendered pod. */
export interface Container {
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

/** What kubelet asks. */
export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** The pod that a DaemonSet or Deployment makes. */
export interface PodTemplate {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>>; readonly labels: object };
  readonly spec: {
    readonly containers: readonly [Container, ...Container[]];
    readonly volumes: readonly Volume[];
    readonly [other: string]: unknown;
  };
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly projected?: { readonly sources: readonly { readonly configMap: { readonly name: string } }[] };
}

/** The template of an object that makes pods. */
export function templateOf({ spec }: KubernetesObject): PodTemplate {
  return spec?.['template'] as PodTemplate;
}

/** The arguments and the environment of a pod's first container, as its runtime makes them. */
export interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Mounts what is in the rendered ConfigMaps below `root`, and resolves a container's start as HostProcess containers have it: the
 * variable of their root is replaced in arguments and environment.
 */
export function start(object: KubernetesObject, objects: readonly KubernetesObject[], root: string): Started {
  const { containers, volumes } = templateOf(object).spec;
  const [{ args, env, volumeMounts }] = containers;
  for (const { name, mountPath } of volumeMounts) {
    const volume = volumes.find((volume) => volume.name === name);
    const sources = volume?.projected?.sources.map(({ configMap }) => configMap) ?? [];
    for (const source of [...sources, ...(volume?.configMap === undefined ? [] : [volume.configMap])])
      mount(objects, source.name, join(root, mountPath));
  }
  const there = (text: string): string => text.replaceAll('%CONTAINER_SANDBOX_MOUNT_POINT%', root);
  return {
    args: args.map(there),
    // What the API server tells of the pod is an address or a name.
    env: Object.fromEntries(env.map(({ name, value }) => [name, there(value ?? '127.0.0.1')])),
  };
}

function mount(objects: readonly KubernetesObject[], name: string, folder: string): void {
  const found = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  mkdirSync(folder, { recursive: true });
  for (const [key, text] of Object.entries(found?.data ?? {})) writeFileSync(join(folder, key), text);
}
