import type { InstrumentationScope } from '@opentelemetry/core';
import { type AttributeBlock, type AttributeKey, bitsOf, valueIn, withOneMore } from './attribute_set.ts';
import type { Value } from './value.ts';

/** What a record tells because of its schema: records of one schema refer to one object. Immutable. */
export class Kind {
  /** Interned: exporters group by its identity. */
  readonly scope: InstrumentationScope;
  /** Facts of the schema, and what is told of one record beside its own attributes. */
  readonly blocks: readonly AttributeBlock[];
  /** The bits of the keys of all blocks; see AttributeKey.bit. */
  readonly bits: number;

  constructor(scope: InstrumentationScope, blocks: readonly AttributeBlock[]) {
    this.scope = scope;
    this.blocks = blocks;
    this.bits = bitsOf(blocks);
  }

  /** The same with one block more. */
  plus(block: AttributeBlock): Kind {
    return new Kind(this.scope, withOneMore(this.blocks, block));
  }

  /** The value of an attribute that stands in a block, or undefined. */
  get<T extends Value>(key: AttributeKey<T>): T | undefined {
    return (this.bits & key.bit) === 0 ? undefined : valueIn(this.blocks, key);
  }
}
