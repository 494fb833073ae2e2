import { Buffer } from 'node:buffer';
import { fromBinary } from '@bufbuild/protobuf';
import type { Any } from '@bufbuild/protobuf/wkt';
import { boundedLabels, boundedText, isId } from './bounds.ts';
import type { ContainerDetails, Isolation, KubernetesFacts } from './facts.ts';
import type { Container as ContainerMessage } from './generated/containers_pb.ts';
import { Options_SandboxIsolation, OptionsSchema } from './generated/runhcs_options_pb.ts';
import { parseImage } from './image_name.ts';
import { timeOf } from './time.ts';

/** A spec or extension that is larger is not read. */
const MAX_JSON_BYTES = 1024 * 1024;
/** The runtime of Windows containers, whose isolation is not known by its name. */
const RUNHCS = /runhcs/;

/** What an event says of a container that is gone before containerd can be asked. */
export function incompleteDetails(image: string, runtime: string): ContainerDetails {
  return {
    kind: 'container',
    isolation: isolationByRuntime(runtime),
    labels: new Map(),
    image: parseImage(image),
    runtime: boundedText(runtime) ?? '',
    createdAt: undefined,
    sandboxId: undefined,
    kubernetes: undefined,
    podLabels: new Map(),
    complete: false,
  };
}

/**
 * The details of a container as containerd keeps it. `isKubelets` says whether its namespace is kubelet's: elsewhere
 * its labels may come from the image, whose author may write anything.
 */
export function readDetails(message: ContainerMessage, isKubelets: boolean): ContainerDetails {
  const labels = boundedLabels(message.labels);
  const spec = parseJson(message.spec);
  const annotations = boundedLabels(objectIn(spec, 'annotations'));
  const kind = isKubelets && labels.get('io.cri-containerd.kind') === 'sandbox' ? 'sandbox' : 'container';
  const cri = isKubelets ? criMetadata(message, kind) : {};
  const runtime = message.runtime?.name ?? '';
  const sandboxId = boundedText(cri['SandboxID']) ?? annotations.get('io.kubernetes.cri.sandbox-id');
  return {
    kind,
    isolation: isolationOf(runtime, message.runtime?.options, spec, annotations),
    labels,
    image: parseImage(message.image) ?? parseImage(annotations.get('io.kubernetes.cri.image-name') ?? ''),
    runtime: boundedText(runtime) ?? '',
    createdAt: timeOf(message.createdAt),
    sandboxId:
      isKubelets && kind === 'container' && sandboxId !== undefined && isId(sandboxId)
        ? sandboxId
        : undefined,
    kubernetes: isKubelets ? kubernetesOf(labels, objectIn(cri, 'Config')) : undefined,
    podLabels: kind === 'sandbox' ? podLabels(labels) : new Map(),
    complete: true,
  };
}

function isolationByRuntime(runtime: string): Isolation {
  return runtime === '' || RUNHCS.test(runtime) ? 'unknown' : 'process';
}

function isolationOf(
  runtime: string,
  options: Any | undefined,
  spec: JsonObject,
  annotations: ReadonlyMap<string, string>,
): Isolation {
  if (annotations.get('microsoft.com/hostprocess-container') === 'true') return 'hostprocess';
  if ('hyperv' in objectIn(spec, 'windows') || isHypervisor(options)) return 'hyperv';
  // Without a spec, nothing says that a Windows container is not in a machine of its own.
  return Object.keys(spec).length === 0 ? isolationByRuntime(runtime) : 'process';
}

function isHypervisor(options: Any | undefined): boolean {
  if (options === undefined || typeName(options) !== OptionsSchema.typeName) return false;
  try {
    const { sandboxIsolation } = fromBinary(OptionsSchema, options.value);
    return sandboxIsolation === Options_SandboxIsolation.HYPERVISOR;
  } catch {
    return false;
  }
}

/** containerd's type URLs may have a host in front. */
function typeName({ typeUrl }: Any): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
}

/**
 * What containerd's CRI plugin keeps beside a container: the config that kubelet gave. It is there from the
 * container's first moment on, when CRI itself does not know the container yet.
 */
function criMetadata(message: ContainerMessage, kind: 'container' | 'sandbox'): JsonObject {
  return objectIn(parseJson(message.extensions[`io.cri-containerd.${kind}.metadata`]), 'Metadata');
}

function kubernetesOf(labels: ReadonlyMap<string, string>, config: JsonObject): KubernetesFacts | undefined {
  const namespace = boundedText(labels.get('io.kubernetes.pod.namespace'));
  const podName = boundedText(labels.get('io.kubernetes.pod.name'));
  const podUid = boundedText(labels.get('io.kubernetes.pod.uid'));
  if (namespace === undefined || podName === undefined || podUid === undefined) return undefined;
  const containerName = boundedText(labels.get('io.kubernetes.container.name'));
  return {
    namespace,
    podName,
    podUid,
    containerName,
    restartCount: containerName === undefined ? undefined : restartCount(config),
  };
}

/** kubelet counts in an annotation, and gives the same number as the container's attempt; 0 is left out of JSON. */
function restartCount(config: JsonObject): number | undefined {
  if (Object.keys(config).length === 0) return undefined;
  const annotated = Number(objectIn(config, 'annotations')['io.kubernetes.container.restartCount']);
  const attempt = Number(objectIn(config, 'metadata')['attempt'] ?? 0);
  return [annotated, attempt].find((count) => Number.isSafeInteger(count) && count >= 0);
}

/** The labels of a sandbox that are its pod's: not those that kubelet and containerd add. */
function podLabels(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...labels].filter(([name]) => !/^io\.(?:cri-containerd\.|kubernetes\.pod\.)/.test(name)));
}

type JsonObject = Readonly<Record<string, unknown>>;
const NOTHING: JsonObject = Object.freeze({});

function parseJson(any: Any | undefined): JsonObject {
  if (any === undefined || any.value.length > MAX_JSON_BYTES) return NOTHING;
  try {
    return objectOf(JSON.parse(Buffer.from(any.value).toString('utf8')));
  } catch {
    return NOTHING;
  }
}

function objectIn(object: JsonObject, key: string): JsonObject {
  return Object.hasOwn(object, key) ? objectOf(object[key]) : NOTHING;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : NOTHING;
}
