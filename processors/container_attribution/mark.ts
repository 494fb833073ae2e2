import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Container } from '../../src/containerd/facts.ts';
import { containerResource, nodeAttributes } from '../../src/containerd/resource.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr, ResourceAttr } from '../../src/model/attributes.ts';
import type { Common } from '../../src/model/common.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { RecentWeakMap } from '../../src/model/recent_weak_map.ts';
import { internResource } from '../../src/model/resource.ts';
import { ContainerTraces } from './container_traces.ts';
import { CONFIDENCE, METHODS, type Method, type Verdict } from './verdict.ts';

const FOUND = new Shape([Attr.attributionMethod, Attr.attributionConfidence, Attr.containerIsolation]);
const UNRESOLVED = new AttributeBlock(new Shape([Attr.attributionMethod]), ['unresolved']);
/** Whether a record is what the agent says of itself, which nothing is added to on the node. */
export function isOfAgent({ eventName }: LogRecord): boolean {
  return eventName.startsWith('sigel.agent.');
}

/** What records of one container are given, as long as no more is known of it. */
interface Made {
  readonly node: Resource;
  readonly revision: number;
  readonly pod: Attributes | undefined;
  readonly resource: Resource;
  readonly blocks: Partial<Record<Method, AttributeBlock>>;
  /** How records were found to be of it, whatever was known of it then. */
  readonly methods: Set<Method>;
}

/** Knows more of a container's pod than containerd does: the same object until that changes. */
export interface PodKnowledge {
  /** Grows with every change. */
  readonly revision: number;
  attributesOf(container: Container): Attributes | undefined;
}

/** Gives records what was found: a container's resource, and how it was found. */
export class Marks {
  readonly #source: ContainerSource;
  readonly #hostService: string;
  readonly #pods: PodKnowledge | undefined;
  readonly #hosts = new RecentWeakMap<Resource, Resource>();
  readonly #made = new RecentWeakMap<Container, Made>();
  readonly #traces = new ContainerTraces();
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

  /** Grows when a record that was given something may be given something else. */
  get revision(): number {
    return this.#revision + (this.#pods?.revision ?? 0);
  }

  /** What a record has in common with others once it says what was found, in the trace of whom it was found to be of. */
  of(record: LogRecord, verdict: Verdict): Common {
    const { common } = record;
    if (verdict.kind === 'host') return isOfAgent(record) ? common : common.of(this.#host(common.resource));
    if (verdict.kind !== 'container') return common.plus(UNRESOLVED, this.#host(common.resource), undefined);
    const { container, method } = verdict;
    const made = this.#madeFor(container, common.resource);
    const block = made.blocks[method] ?? make(made, method, container);
    return common.plus(block, made.resource, this.#traces.of(record, container));
  }

  /** How records were found to be of a container so far. */
  methodsOf(container: Container): readonly Method[] {
    const methods = this.#made.get(container)?.methods;
    return METHODS.filter((method) => methods?.has(method));
  }

  #madeFor(container: Container, node: Resource): Made {
    const known = this.#made.get(container);
    // A pod that is no longer kept is what it was.
    const pod = this.#pods?.attributesOf(container) ?? known?.pod;
    if (known?.node === node && known.revision === this.#revision && known.pod === pod) return known;
    const resource = containerResource(container, this.#source, node, pod);
    const methods = known?.methods ?? new Set();
    const made: Made = { node, revision: this.#revision, pod, resource, blocks: {}, methods };
    this.#made.set(container, made);
    return made;
  }

  #host(node: Resource): Resource {
    const host = this.#hosts.get(node);
    if (host !== undefined) return host;
    const attributes = { ...nodeAttributes(node), [ResourceAttr.serviceName.name]: this.#hostService };
    return this.#hosts.set(node, internResource(attributes));
  }
}

function make({ blocks, methods }: Made, method: Method, container: Container): AttributeBlock {
  const block = foundBy(method, container);
  blocks[method] = block;
  methods.add(method);
  return block;
}

function foundBy(method: Method, { details: { isolation } }: Container): AttributeBlock {
  return new AttributeBlock(FOUND, [method, CONFIDENCE[method], isolation]);
}
