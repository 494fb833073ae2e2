import { Attr } from '../../src/model/attributes.ts';
import type { Shape } from '../../src/model/attribute_set.ts';
import type { Common, CommonNote } from '../../src/model/common.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import type { Reason } from './given.ts';
import type { Marks } from './mark.ts';
import type { Noise } from './noise.ts';
import type { Resolver } from './resolver.ts';
import type { Verdict } from './verdict.ts';

/** What becomes of a record: it goes on in other company, `how` it was found, or it is left out. */
export type Fate =
  | { readonly kind: 'given'; readonly common: Common; readonly how: string | undefined }
  | { readonly kind: 'left_out'; readonly reason: Reason };

/** What was decided of the records of a process with one {@link Common}, and what was known when it was. */
class Decision implements CommonNote {
  readonly owner: Decisions;
  readonly process: KnownProcess;
  readonly fate: Fate;
  readonly learnt: number;
  readonly resolved: number;
  readonly marked: number;

  constructor(owner: Decisions, process: KnownProcess, fate: Fate, resolved: number, marked: number) {
    this.owner = owner;
    this.process = process;
    this.fate = fate;
    this.learnt = process.revision;
    this.resolved = resolved;
    this.marked = marked;
  }
}

/**
 * Remembers fates: what a process does over and over is decided once, until more is known of the process, of any
 * container or of any pod. Only what follows from the process and from what its records have in common is remembered:
 * neither what waits, nor what a record says of silos and jobs, nor processes of which some records are noise.
 */
export class Decisions {
  readonly #resolver: Resolver;
  readonly #marks: Marks;
  readonly #noise: Noise;
  #shape: Shape | undefined;
  #isPlain = false;

  constructor(resolver: Resolver, marks: Marks, noise: Noise) {
    this.#resolver = resolver;
    this.#marks = marks;
    this.#noise = noise;
  }

  /** The decision on a record, if one was remembered and holds. */
  of(record: LogRecord): { readonly process: KnownProcess; readonly fate: Fate } | undefined {
    const { note } = record.common;
    if (!(note instanceof Decision) || note.owner !== this) return undefined;
    const holds =
      note.learnt === note.process.revision &&
      note.resolved === this.#resolver.revision &&
      note.marked === this.#marks.revision;
    return holds && this.#saysNothing(record.own.shape) ? note : undefined;
  }

  /** Remembers what becomes of a record's like, if its like is decided by that. */
  keep(record: LogRecord, process: KnownProcess, verdict: Verdict, fate: Fate): void {
    if (verdict.kind !== 'container' && verdict.kind !== 'host') return;
    if (!this.#saysNothing(record.own.shape) || record.common.get(Attr.siloId) !== undefined) return;
    if (this.#noise.concerns(process)) return;
    const { revision } = this.#resolver;
    record.common.remember(new Decision(this, process, fate, revision, this.#marks.revision));
  }

  // Of silos and jobs.
  #saysNothing(shape: Shape): boolean {
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#isPlain = shape.indexOf(Attr.siloId) < 0 && shape.indexOf(Attr.windowsJobId) < 0;
    }
    return this.#isPlain;
  }
}
