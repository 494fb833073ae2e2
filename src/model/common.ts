import type { HrTime, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { type AttributeBlock, type AttributeKey, valueOf } from './attribute_set.ts';
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
 * What a record has in common with others: who tells it, of whom, and the blocks of facts that they share. Records of
 * one schema, process and container refer to one object, which components that tell facts add to once and not for each
 * record. Immutable, but for what is remembered beside it.
 */
export class Common {
  // First, since it is all that some ask for.
  #note: CommonNote | undefined;
  /** Interned: exporters group by the identity of resource and scope. */
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly blocks: readonly AttributeBlock[];
  /** Undefined for records of no trace. */
  readonly trace: RecordTrace | undefined;
  /** The bits of the keys of all blocks; see AttributeKey.bit. */
  readonly bits: number;
  #lastBlock: AttributeBlock | undefined;
  #lastResource: Resource | undefined;
  #lastTrace: RecordTrace | undefined;
  #last: Common | undefined;

  constructor(
    resource: Resource,
    scope: InstrumentationScope,
    blocks: readonly AttributeBlock[],
    trace: RecordTrace | undefined,
  ) {
    this.resource = resource;
    this.scope = scope;
    this.blocks = blocks;
    this.trace = trace;
    let bits = 0;
    for (const { shape } of blocks) bits |= shape.bits;
    this.bits = bits;
  }

  /** The same with one block more, of a resource and trace; the very same object when asked again at once. */
  plus(block: AttributeBlock | undefined, resource: Resource, trace: RecordTrace | undefined): Common {
    const isLast = block === this.#lastBlock && resource === this.#lastResource && trace === this.#lastTrace;
    if (isLast && this.#last !== undefined) return this.#last;
    const blocks = block === undefined ? this.blocks : [...this.blocks, block];
    const made = new Common(resource, this.scope, blocks, trace);
    this.#lastBlock = block;
    this.#lastResource = resource;
    this.#lastTrace = trace;
    this.#last = made;
    return made;
  }

  /** The same of another resource; this one where it is the same, or none is given. */
  of(resource: Resource | undefined): Common {
    return resource === undefined || resource === this.resource
      ? this
      : this.plus(undefined, resource, this.trace);
  }

  /** The value of an attribute that stands in a block, or undefined. */
  get<T extends Value>(key: AttributeKey<T>): T | undefined {
    if ((this.bits & key.bit) === 0) return undefined;
    for (const block of this.blocks) {
      const value = valueOf(block, key);
      if (value !== undefined) return value;
    }
    return undefined;
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
