import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Container } from '../../src/containerd/facts.ts';
import { containerResource, nodeAttributes } from '../../src/containerd/resource.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import { CONFIDENCE, type Method, type Verdict } from './verdict.ts';

const FOUND = new Shape([Attr.attributionMethod, Attr.attributionConfidence, Attr.containerIsolation]);
const UNRESOLVED = new AttributeBlock(new Shape([Attr.attributionMethod]), ['unresolved']);
/** What the agent says of itself. */
const OF_AGENT = 'sigel.agent.';

/** What records of one container are given, as long as no more is known of it. */
interface Made {
  readonly node: Resource;
  readonly revision: number;
  readonly pod: Attributes | undefined;
  readonly resource: Resource;
  readonly blocks: Partial<Record<Method, AttributeBlock>>;
}

/** Knows more of a container's pod than containerd does: the same object until that changes. */
export interface PodKnowledge {
  attributesOf(container: Container): Attributes | undefined;
}

/** Gives records what was found: a container's resource, and how it was found. */
export class Marks {
  readonly #source: ContainerSource;
  readonly #hostService: string;
  readonly #pods: PodKnowledge | undefined;
  readonly #hosts = new WeakMap<Resource, Resource>();
  /** Records come in runs of one resource. */
  #last: { readonly node: Resource; readonly host: Resource } | undefined;
  readonly #made = new WeakMap<Container, Made>();
  #revision = 0;

  /** `hostService` is the `service.name` of what runs on the node itself. */
  constructor(source: ContainerSource, hostService: string, pods?: PodKnowledge) {
    this.#source = source;
    this.#hostService = hostService;
    this.#pods = pods;
  }

  /** Containers may be known better now. */
  touch(): void {
    this.#revision++;
  }

  give(record: LogRecord, verdict: Verdict): LogRecord {
    if (verdict.kind === 'host')
      return record.eventName.startsWith(OF_AGENT)
        ? record
        : record.with({ resource: this.#host(record.resource) });
    if (verdict.kind !== 'container')
      return record.with({
        resource: this.#host(record.resource),
        blocks: [...record.blocks, UNRESOLVED],
      });
    const { container, method } = verdict;
    const made = this.#madeFor(container, record.resource);
    const block = (made.blocks[method] ??= foundBy(method, container));
    return record.with({ resource: made.resource, blocks: [...record.blocks, block] });
  }

  #madeFor(container: Container, node: Resource): Made {
    const known = this.#made.get(container);
    // A pod that is no longer kept is what it was.
    const pod = this.#pods?.attributesOf(container) ?? known?.pod;
    if (known?.node === node && known.revision === this.#revision && known.pod === pod) return known;
    const resource = containerResource(container, this.#source, node, pod);
    const made: Made = { node, revision: this.#revision, pod, resource, blocks: {} };
    this.#made.set(container, made);
    return made;
  }

  #host(node: Resource): Resource {
    if (node === this.#last?.node) return this.#last.host;
    let host = this.#hosts.get(node);
    if (host === undefined) {
      host = internResource({ ...nodeAttributes(node), [ResourceAttr.serviceName.name]: this.#hostService });
      this.#hosts.set(node, host);
    }
    this.#last = { node, host };
    return host;
  }
}

function foundBy(method: Method, { details: { isolation } }: Container): AttributeBlock {
  return new AttributeBlock(FOUND, [method, CONFIDENCE[method], isolation]);
}
