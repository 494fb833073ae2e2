import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../../src/model/attributes.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import { anyOf } from '../../src/model/wildcard.ts';
import type { ContainerMatcher } from './config.ts';

type Test = (resource: Resource) => boolean;

/** Which containers' records go on, by what their resources say; a resource is decided once. */
export class Selection {
  readonly #include: readonly Test[] | undefined;
  readonly #exclude: readonly Test[];
  readonly #decided = new RecentWeakMap<Resource, boolean>();

  constructor(include: readonly ContainerMatcher[] | undefined, exclude: readonly ContainerMatcher[] = []) {
    this.#include = include?.map(test);
    this.#exclude = exclude.map(test);
  }

  /** Whether records with the resource of a container are kept. */
  keeps(resource: Resource): boolean {
    let keep = this.#decided.get(resource);
    if (keep === undefined) {
      const included = this.#include === undefined || this.#include.some((meets) => meets(resource));
      keep = included && !this.#exclude.some((meets) => meets(resource));
      this.#decided.set(resource, keep);
    }
    return keep;
  }
}

function test({ namespaces, pods, labels = {}, images }: ContainerMatcher): Test {
  const tests = [
    ...(namespaces === undefined ? [] : [named(ResourceAttr.k8sNamespaceName.name, namespaces)]),
    ...(pods === undefined ? [] : [named(ResourceAttr.k8sPodName.name, pods)]),
    ...Object.entries(labels).map(([label, pattern]) => named(`k8s.pod.label.${label}`, [pattern])),
    ...(images === undefined ? [] : [imaged(images)]),
  ];
  return (resource) => tests.every((meets) => meets(resource));
}

function named(attribute: string, patterns: readonly string[]): Test {
  const matches = anyOf(patterns);
  return ({ attributes }) => {
    const value = attributes[attribute];
    return typeof value === 'string' && matches(value);
  };
}

function imaged(patterns: readonly string[]): Test {
  const matches = anyOf(patterns);
  return (resource) => imagesOf(resource).some(matches);
}

/** `name`, `name:tag`, `name@digest`: as people write images. */
function imagesOf({ attributes }: Resource): readonly string[] {
  const name = attributes[ResourceAttr.containerImageName.name];
  if (typeof name !== 'string') return [];
  const texts = (value: unknown): string[] =>
    Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  const tagged = texts(attributes[ResourceAttr.containerImageTags.name]).map((tag) => `${name}:${tag}`);
  return [name, ...tagged, ...texts(attributes[ResourceAttr.containerImageRepoDigests.name])];
}
