import { Attr, ResourceAttr } from '../../model/attributes.ts';
import { literalPattern } from '../rule/pattern.ts';

/** An exception as one writes it. */
export interface WrittenException {
  readonly rules: readonly string[];
  readonly namespaces?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly images?: readonly string[];
  readonly fields?: Readonly<Record<string, string>>;
  readonly owner: string;
  readonly expires: string;
  readonly reason?: string;
}

/** What the writer of an exception adds. */
export type ExceptionTerms = Pick<WrittenException, 'owner' | 'expires' | 'reason'>;

/** Labels that say which workload a pod is of, whatever it is called today. */
const LABELS = ['app.kubernetes.io/name', 'app'];
/** What did it, and what started that. */
const FIELDS = [Attr.processExecutablePath.name, Attr.processParentExecutablePath.name];

/**
 * The exception for detections like one: of its rule, in its workload, by its program. `attributes`: those of its record and resource;
 * `more`: names of attributes whose values have to be the same too.
 */
export function scopedException(
  rule: string,
  attributes: ReadonlyMap<string, string>,
  more: readonly string[],
  terms: ExceptionTerms,
): WrittenException {
  const labels = texts(LABELS, (label) => attributes.get(`k8s.pod.label.${label}`));
  const fields = texts([...FIELDS, ...more], (name) => literal(attributes.get(name)));
  const namespace = attributes.get(ResourceAttr.k8sNamespaceName.name);
  const image = attributes.get(ResourceAttr.containerImageName.name);
  return {
    rules: [rule],
    ...(namespace === undefined ? {} : { namespaces: [namespace] }),
    ...(labels === undefined ? {} : { labels }),
    ...(image === undefined ? {} : { images: [image] }),
    ...(fields === undefined ? {} : { fields }),
    ...terms,
  };
}

function literal(text: string | undefined): string | undefined {
  return text === undefined ? undefined : literalPattern(text);
}

function texts(
  names: readonly string[],
  valueOf: (name: string) => string | undefined,
): Record<string, string> | undefined {
  const found = names.flatMap((name) => {
    const value = valueOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
