import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../../src/model/attributes.ts';

/** Whose records have a resource: this node's, one of its containers', or another host's. */
export type Origin = 'node' | 'container' | 'elsewhere';

/**
 * Tells resources apart. What a recording or another node's gateway brings has pids of its own, and the containerd
 * receiver's records say already whose they are.
 */
export class Origins {
  readonly #node: Resource;
  readonly #known = new WeakMap<Resource, Origin>();

  constructor(node: Resource) {
    this.#node = node;
  }

  of(resource: Resource): Origin {
    let origin = this.#known.get(resource);
    if (origin === undefined) {
      origin = this.#decide(resource);
      this.#known.set(resource, origin);
    }
    return origin;
  }

  #decide({ attributes }: Resource): Origin {
    const host = attributes[ResourceAttr.hostName.name];
    const node = this.#node.attributes[ResourceAttr.hostName.name];
    if (host !== undefined && node !== undefined && host !== node) return 'elsewhere';
    return attributes[ResourceAttr.containerId.name] === undefined ? 'node' : 'container';
  }
}
