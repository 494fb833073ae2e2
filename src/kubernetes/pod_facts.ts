/** The object that made a pod, and will make it anew. */
export interface Owner {
  /** `ReplicaSet`. */
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What the API server keeps of a pod, as far as Sigel shows it. Texts, and how many there are of them, are bounded. */
export interface PodFacts {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly nodeName: string | undefined;
  /** When it was created, as RFC 3339 with seconds. */
  readonly createdAt: string | undefined;
  readonly ip: string | undefined;
  /** As its specification asks for; most say nothing. */
  readonly hostname: string | undefined;
  readonly owners: readonly Owner[];
  readonly labels: ReadonlyMap<string, string>;
  /** Only those that were asked for. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** A name of Kubernetes is a DNS name. */
const MAX_NAME = 253;
const MAX_OWNERS = 8;
const MAX_TEXTS = 256;
/** A prefix, which is a DNS name, a slash, and 63 characters. */
const MAX_KEY = MAX_NAME + 64;
/** Of a label it cannot be longer than 63 characters; all annotations together can have 256 KiB. */
const MAX_VALUE = 4096;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a pod as the API server gives it (core/v1 Pod); undefined for what is none. Annotations that are not `wanted`
 * are left out, since they can be large.
 */
export function readPod(value: unknown, wanted: (annotation: string) => boolean): PodFacts | undefined {
  const pod = fieldsOf(value);
  const metadata = fieldsOf(pod['metadata']);
  const spec = fieldsOf(pod['spec']);
  const uid = nameOf(metadata['uid']);
  const name = nameOf(metadata['name']);
  const namespace = nameOf(metadata['namespace']);
  if (uid === undefined || name === undefined || namespace === undefined) return undefined;
  return {
    uid,
    name,
    namespace,
    nodeName: nameOf(spec['nodeName']),
    createdAt: timeOf(metadata['creationTimestamp']),
    ip: nameOf(fieldsOf(pod['status'])['podIP']),
    hostname: nameOf(spec['hostname']),
    owners: ownersOf(metadata['ownerReferences']),
    labels: textsOf(metadata['labels'], () => true),
    annotations: textsOf(metadata['annotations'], wanted),
  };
}

function ownersOf(value: unknown): Owner[] {
  const owners: Owner[] = [];
  for (const reference of Array.isArray(value) ? value.slice(0, MAX_OWNERS) : []) {
    const fields = fieldsOf(reference);
    const kind = nameOf(fields['kind']);
    const name = nameOf(fields['name']);
    const uid = nameOf(fields['uid']);
    if (kind !== undefined && name !== undefined && uid !== undefined) owners.push({ kind, name, uid });
  }
  return owners;
}

function textsOf(value: unknown, wanted: (key: string) => boolean): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [key, text] of Object.entries(fieldsOf(value))) {
    if (texts.size >= MAX_TEXTS) break;
    const isOfSize = typeof text === 'string' && key.length <= MAX_KEY && text.length <= MAX_VALUE;
    if (isOfSize && wanted(key)) texts.set(key, text);
  }
  return texts;
}

/** The fields of a JSON object; none for what is no object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A name as it stands; undefined when it is empty or longer than any name. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME ? value : undefined;
}

function timeOf(value: unknown): string | undefined {
  return typeof value === 'string' && RFC3339.test(value) ? value : undefined;
}
