import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { type AttributeBlock, type AttributeKey, bitsOf, valueIn, withOneMore } from './attribute_set.ts';
import { RecentWeakMap } from './recent_weak_map.ts';
import type { Value } from './value.ts';

/** What a component decided of all records with one {@link Common}; it knows its own by their class and owner. */
export interface CommonNote {
  readonly owner: object;
}

/** A trace that records are part of: it knows the span of each by what it has in common with others, and by its time. */
export interface RecordTrace {
  contextOf(blocks: readonly AttributeBlock[], time: HrTime): SpanContext | undefined;
}

/**
 * Whom a record is of: a resource, and the facts of a process and its container. Records of one process refer to one object,
 * whatever their schemas, so components that tell facts make it once and not for each record. Immutable, but for what
 * is remembered beside it.
 */
export class Common {
  // First, since it is all that some ask for.
  #note: CommonNote | undefined;
  /** Interned: exporters group by its identity. */
  readonly resource: Resource;
  readonly blocks: readonly AttributeBlock[];
  /** Undefined for records of no trace. */
  readonly trace: RecordTrace | undefined;
  /** The bits of the keys of all blocks; see AttributeKey.bit. */
  readonly bits: number;

  constructor(resource: Resource, blocks: readonly AttributeBlock[], trace: RecordTrace | undefined) {
    this.resource = resource;
    this.blocks = blocks;
    this.trace = trace;
    this.bits = bitsOf(blocks);
  }

  static readonly #bare = new RecentWeakMap<Resource, Common>();

  /** That of records of which no more than a resource is known. */
  static ofResource(resource: Resource): Common {
    return Common.#bare.get(resource) ?? Common.#bare.set(resource, new Common(resource, [], undefined));
  }

  /** The same with one block more, of a resource and trace. */
  plus(block: AttributeBlock, resource: Resource, trace: RecordTrace | undefined): Common {
    return new Common(resource, withOneMore(this.blocks, block), trace);
  }

  /** The same of another resource; this one where it is the same, or none is given. */
  of(resource: Resource | undefined): Common {
    if (resource === undefined || resource === this.resource) return this;
    const isBare = this.blocks.length === 0 && this.trace === undefined;
    return isBare ? Common.ofResource(resource) : new Common(resource, this.blocks, this.trace);
  }

  /** The value of an attribute that stands in a block, or undefined. */
  get<T extends Value>(key: AttributeKey<T>): T | undefined {
    return (this.bits & key.bit) === 0 ? undefined : valueIn(this.blocks, key);
  }

  /** What the last component that had something to note has noted here. */
  get note(): CommonNote | undefined {
    return this.#note;
  }

  /** Remembers a decision, in place of another's. It goes when this goes, which nothing keeps. */
  remember(note: CommonNote): void {
    this.#note = note;
  }
}
