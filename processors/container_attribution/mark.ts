import type { Resource } from '@opentelemetry/resources';
import type { Container } from '../../src/containerd/facts.ts';
import { containerResource } from '../../src/containerd/resource.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { AttributeBlock, Shape } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { internResource } from '../../src/model/resource.ts';
import { CONFIDENCE, type Method, type Verdict } from './verdict.ts';

const FOUND = new Shape([Attr.attributionMethod, Attr.attributionConfidence, Attr.containerIsolation]);
const UNRESOLVED = new AttributeBlock(new Shape([Attr.attributionMethod]), ['unresolved']);
// What the node's resource says of the agent is not so of a container.
const OF_AGENT = /^(?:service|telemetry)\./;

interface Made {
  readonly node: Resource;
  readonly revision: number;
  readonly resource: Resource;
}

/** Gives records what was found: a container's resource, and how it was found. */
export class Marks {
  readonly #source: ContainerSource;
  readonly #blocks = new Map<string, AttributeBlock>();
  readonly #bases = new WeakMap<Resource, Resource>();
  readonly #made = new WeakMap<Container, Made>();
  #revision = 0;

  constructor(source: ContainerSource) {
    this.#source = source;
  }

  /** Containers may be known better now. */
  touch(): void {
    this.#revision++;
  }

  give(record: LogRecord, verdict: Verdict): LogRecord {
    if (verdict.kind === 'host') return record;
    if (verdict.kind !== 'container') return record.with({ blocks: [...record.blocks, UNRESOLVED] });
    const { container, method } = verdict;
    const block = this.#block(method, container.details.isolation);
    return record.with({
      resource: this.#resource(container, record.resource),
      blocks: [...record.blocks, block],
    });
  }

  #block(method: Method, isolation: string): AttributeBlock {
    const key = `${method} ${isolation}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = new AttributeBlock(FOUND, [method, CONFIDENCE[method], isolation]);
      this.#blocks.set(key, block);
    }
    return block;
  }

  #resource(container: Container, node: Resource): Resource {
    const known = this.#made.get(container);
    if (known?.node === node && known.revision === this.#revision) return known.resource;
    const resource = containerResource(container, this.#source, this.#base(node));
    this.#made.set(container, { node, revision: this.#revision, resource });
    return resource;
  }

  #base(node: Resource): Resource {
    let base = this.#bases.get(node);
    if (base === undefined) {
      const kept = Object.entries(node.attributes).filter(([name]) => !OF_AGENT.test(name));
      base = internResource(Object.fromEntries(kept));
      this.#bases.set(node, base);
    }
    return base;
  }
}
