import type { AttributeKey, AttributeSet, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { KnownProcess } from './known_process.ts';

/** What a block shows of a process, in its order; a bit of a mask is the position of a key. */
export const SHOWN_KEYS: readonly AttributeKey[] = [
  Attr.processExecutablePath,
  Attr.processExecutableName,
  Attr.processCommandLine,
  Attr.processEntityId,
  Attr.userId,
  Attr.userName,
  Attr.userDomain,
  Attr.windowsSessionId,
  Attr.windowsIntegrityLevel,
  Attr.processParentPid,
  Attr.processParentEntityId,
  Attr.processParentExecutablePath,
  Attr.processParentExecutableName,
  Attr.processParentCommandLine,
  Attr.processAncestors,
];

const bitOf = (key: AttributeKey): number => 1 << SHOWN_KEYS.indexOf(key);
const maskOf = (keys: readonly AttributeKey[]): number => keys.reduce((mask, key) => mask | bitOf(key), 0);

const USER = maskOf([Attr.userId, Attr.userName, Attr.userDomain]);
const PARENT_PID = bitOf(Attr.processParentPid);
const PARENT = maskOf([
  Attr.processParentEntityId,
  Attr.processParentExecutablePath,
  Attr.processParentExecutableName,
  Attr.processParentCommandLine,
  Attr.processAncestors,
]);

interface Overlap {
  readonly slot: number;
  readonly bit: number;
}

const NONE: readonly Overlap[] = [];
/** Shapes that are remembered. */
const PLACES = 256;

/**
 * Says which of the shown attributes a record has itself: those win, and a block leaves them out. Who acts is one
 * thing: a record with its own user gets no part of the process's, nor facts of another parent than its own.
 */
export class OwnKeys {
  // Records come of many shapes by turns: a place each, until another shape wants it.
  readonly #shapes: (Shape | undefined)[] = Array.from({ length: PLACES });
  readonly #overlaps: (readonly Overlap[])[] = Array.from({ length: PLACES }, () => NONE);

  /** A mask of {@link SHOWN_KEYS} for a record of a process. */
  of(record: LogRecord, process: KnownProcess): number {
    const { own, kind, common } = record;
    let mask = this.#in(own);
    for (const block of kind.blocks) mask |= this.#in(block);
    for (const block of common.blocks) mask |= this.#in(block);
    return mask === 0 ? 0 : widened(mask, record, process.facts.parentPid);
  }

  #in({ shape, values }: AttributeSet): number {
    const place = shape.id % PLACES;
    if (this.#shapes[place] !== shape) {
      this.#shapes[place] = shape;
      this.#overlaps[place] = overlapsOf(shape);
    }
    let mask = 0;
    for (const { slot, bit } of this.#overlaps[place] ?? NONE) if (values[slot] !== undefined) mask |= bit;
    return mask;
  }
}

function overlapsOf(shape: Shape): readonly Overlap[] {
  const found = SHOWN_KEYS.flatMap((key, i) => {
    const slot = shape.indexOf(key);
    return slot < 0 ? [] : [{ slot, bit: 1 << i }];
  });
  return found.length === 0 ? NONE : found;
}

function widened(mask: number, record: LogRecord, parentPid: number | undefined): number {
  let wide = mask;
  if ((mask & USER) !== 0) wide |= USER;
  if ((mask & PARENT_PID) !== 0 && record.get(Attr.processParentPid) !== parentPid) wide |= PARENT;
  return wide;
}
