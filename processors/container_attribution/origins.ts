import type { AttributeValue } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { ResourceAttr } from '../../src/model/attributes.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';

/** Whose records have a resource: this node's, one of its containers', or another host's. */
export type Origin = 'node' | 'container' | 'elsewhere';

/**
 * Tells resources apart. What a recording or another node's gateway brings has pids of its own, and the containerd
 * receiver's records say already whose they are.
 */
export class Origins {
  readonly #node: Resource;
  readonly #recordedOn: () => string | undefined;
  readonly #known = new RecentWeakMap<Resource, Origin>();

  /** `recordedOn` names the node of a recorded trace, which is then the one in question. */
  constructor(node: Resource, recordedOn: () => string | undefined) {
    this.#node = node;
    this.#recordedOn = recordedOn;
  }

  of(resource: Resource): Origin {
    return this.#known.get(resource) ?? this.#known.set(resource, this.#decide(resource));
  }

  #decide({ attributes }: Resource): Origin {
    const host = attributes[ResourceAttr.hostName.name];
    const node = this.#recordedOn() ?? this.#node.attributes[ResourceAttr.hostName.name];
    if (host !== undefined && node !== undefined && !isSameHost(host, node)) return 'elsewhere';
    return attributes[ResourceAttr.containerId.name] === undefined ? 'node' : 'container';
  }
}

/** Windows shows the name of a host in either case. */
function isSameHost(a: AttributeValue, b: AttributeValue): boolean {
  return String(a).toLowerCase() === String(b).toLowerCase();
}
