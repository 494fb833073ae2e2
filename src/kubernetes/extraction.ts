import { RE2JS } from 're2js';

/** A label or annotation that becomes an attribute, in the words of the Collector's k8s_attributes processor. */
export interface FieldRule {
  readonly key?: string | undefined;
  readonly key_regex?: string | undefined;
  readonly tag_name?: string | undefined;
}

/** Attributes stand in the resource of every message: more of either kind would make all of them long. */
const MAX_FIELDS = 64;
const MAX_ATTRIBUTE_NAME = 255;
/** Annotations by which a pod says what its resource is (OpenTelemetry's conventions for Kubernetes). */
const OTEL_ANNOTATION = 'resource.opentelemetry.io/';
/** What others say of a pod and its node, and what is said of Sigel's findings: not for the pod to say. */
const NOT_THE_PODS =
  /^(?:k8s|container|host|os|cloud|process|telemetry|sigel|etw|security_rule|threat|windows)(?:\.|$)/i;

/** What an extraction adds for a key: a name; none when it does not want the key. */
type Naming = (key: string) => string | undefined;

/** The attributes that labels and annotations of pods become. */
export class Extraction {
  readonly #labels: readonly Naming[];
  readonly #annotations: readonly Naming[];

  /** Throws for a pattern that the configuration's check would have refused. */
  constructor(rules: {
    readonly labels: readonly FieldRule[];
    readonly annotations: readonly FieldRule[];
    /** Whether annotations `resource.opentelemetry.io/NAME` become attributes NAME. */
    readonly otel_annotations: boolean;
  }) {
    this.#labels = rules.labels.map((rule) => namingOf(rule, 'k8s.pod.label.'));
    const annotations = rules.annotations.map((rule) => namingOf(rule, 'k8s.pod.annotation.'));
    this.#annotations = rules.otel_annotations ? [...annotations, ofOtelAnnotation] : annotations;
  }

  /** Whether an annotation is looked at at all. */
  wants(annotation: string): boolean {
    return this.#annotations.some((naming) => naming(annotation) !== undefined);
  }

  /** The attributes of labels. */
  ofLabels(labels: ReadonlyMap<string, string>): Record<string, string> {
    return extracted(labels, this.#labels);
  }

  /** The attributes of annotations. */
  ofAnnotations(annotations: ReadonlyMap<string, string>): Record<string, string> {
    return extracted(annotations, this.#annotations);
  }
}

/** Whether a pattern for keys can be run; otherwise why not. */
export function wrongKeyPattern(text: string): string | undefined {
  try {
    RE2JS.compile(text);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `expected a regular expression as RE2 knows it: ${reason}`;
  }
}

function namingOf({ key, key_regex, tag_name }: FieldRule, prefix: string): Naming {
  if (key_regex === undefined) {
    const name = tag_name ?? `${prefix}${key ?? ''}`;
    return (candidate) => (candidate === key ? name : undefined);
  }
  const pattern = RE2JS.compile(`^(?:${key_regex})$`);
  // As in the Collector, a name without a reference would be one for many keys, and is not used.
  if (tag_name === undefined || !tag_name.includes('$'))
    return (candidate) => (pattern.test(candidate) ? `${prefix}${candidate}` : undefined);
  return (candidate) =>
    pattern.test(candidate) ? madeByPod(pattern.matcher(candidate).replaceFirst(tag_name)) : undefined;
}

function ofOtelAnnotation(annotation: string): string | undefined {
  return annotation.startsWith(OTEL_ANNOTATION)
    ? madeByPod(annotation.slice(OTEL_ANNOTATION.length))
    : undefined;
}

/** A name that whoever makes the pod can choose. */
function madeByPod(name: string): string | undefined {
  return name === '' || name.length > MAX_ATTRIBUTE_NAME || NOT_THE_PODS.test(name) ? undefined : name;
}

function extracted(fields: ReadonlyMap<string, string>, namings: readonly Naming[]): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  let room = MAX_FIELDS;
  // In one order, so that a change of order is no new resource. A later rule wins.
  const keys = [...fields.keys()].sort((a, b) => (a < b ? -1 : 1));
  for (const naming of namings) {
    for (const key of keys) {
      const name = naming(key);
      if (name === undefined) continue;
      if (!(name in attributes) && room-- <= 0) return attributes;
      attributes[name] = fields.get(key) ?? '';
    }
  }
  return attributes;
}
