import type { Resource } from '@opentelemetry/resources';
import { type ContainerTest, containerTest } from '../../src/containerd/container_matcher.ts';
import type { ContainerMatcher } from '../../src/containerd/container_matcher_config.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';

/** Which containers' records go on, by what their resources say; a resource is decided once. */
export class Selection {
  readonly #include: readonly ContainerTest[] | undefined;
  readonly #exclude: readonly ContainerTest[];
  readonly #decided = new RecentWeakMap<Resource, boolean>();

  constructor(include: readonly ContainerMatcher[] | undefined, exclude: readonly ContainerMatcher[] = []) {
    this.#include = include?.map(containerTest);
    this.#exclude = exclude.map(containerTest);
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
