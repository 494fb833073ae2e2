import { AttributeBlock, Shape } from '../model/attribute_set.ts';
import type { Common, RecordTrace } from '../model/common.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Value } from '../model/value.ts';
import type { KnownProcess } from './known_process.ts';
import { SHOWN_KEYS } from './shown_keys.ts';

const WHOLE_SHAPE = new Shape(SHOWN_KEYS);

/** The form of what is left of the whole block without some keys. */
interface Part {
  readonly shape: Shape;
  /** Where its values stand in the whole block. */
  readonly slots: readonly number[];
}

/** By mask. */
const parts = new Map<number, Part>();

/** Facts of a process as records refer to them. It leads back to the process: see {@link processOf}. */
export class ProcessBlock extends AttributeBlock {
  readonly process: KnownProcess;

  #before: Common | undefined;
  #behind: Common | undefined;

  private constructor(process: KnownProcess, shape: Shape, values: readonly (Value | undefined)[]) {
    super(shape, values);
    this.process = process;
  }

  /** The block with all there is: `values` of {@link SHOWN_KEYS}. */
  static whole(process: KnownProcess, values: readonly (Value | undefined)[]): ProcessBlock {
    return new ProcessBlock(process, WHOLE_SHAPE, values);
  }

  /** What is left of the whole block for a record that has some of it itself; `mask` has a bit for each of those keys. */
  without(mask: number): ProcessBlock {
    const { shape, slots } = partWithout(mask);
    const { process, values } = this;
    return new ProcessBlock(
      process,
      shape,
      slots.map((slot) => values[slot]),
    );
  }

  /** What records have in common once they have this block, too, and are of a trace: as a rule, what it was for the last one. */
  behind(before: Common, trace: RecordTrace): Common {
    if (this.#behind === undefined || this.#before !== before) {
      this.#before = before;
      this.#behind = before.plus(this, before.resource, trace);
    }
    return this.#behind;
  }
}

/** The process that a record was found to be of, by a `process` processor before; else undefined. */
export function processOf({ common }: LogRecord): KnownProcess | undefined {
  return processIn(common.blocks);
}

/** The process that blocks are of. */
export function processIn(blocks: readonly AttributeBlock[]): KnownProcess | undefined {
  for (const block of blocks) if (block instanceof ProcessBlock) return block.process;
  return undefined;
}

// Masks come from the shapes of mapping tables, so there are few; a hostile trace cannot make more than fields exist.
function partWithout(mask: number): Part {
  let part = parts.get(mask);
  if (part === undefined) {
    const slots = [...SHOWN_KEYS.keys()].filter((slot) => (mask & (1 << slot)) === 0);
    part = { shape: new Shape(slots.flatMap((slot) => SHOWN_KEYS[slot] ?? [])), slots };
    parts.set(mask, part);
  }
  return part;
}
