import { valueOf } from '../../src/model/attribute_set.ts';
import { Attr } from '../../src/model/attributes.ts';
import type { Common, CommonNote } from '../../src/model/common.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import type { Reason } from './given.ts';
import { isOfAgent, type Marks } from './mark.ts';
import type { Noise } from './noise.ts';
import type { Resolver } from './resolver.ts';
import type { Verdict } from './verdict.ts';

/** What becomes of a record: it goes on in other company, `how` it was found, or it is left out. */
export type Fate =
  | { readonly kind: 'given'; readonly common: Common; readonly how: string | undefined }
  | { readonly kind: 'left_out'; readonly reason: Reason };

/** What a decision goes by: it holds while all of it is as it was. */
interface Basis extends CommonNote {
  /** What was known of containers. */
  readonly owner: Epoch;
  readonly process: KnownProcess;
  /** Revision of the process. */
  readonly learnt: number;
}

/** A time in which nothing more was learnt of containers, nor of what processes are found by. */
interface Epoch {
  readonly resolved: number;
  readonly marked: number;
}

/** What was decided of the records of a process with one {@link Common}. */
type Decision = Fate & Basis;

/** Most records have no key with these bits; see AttributeKey.bit. */
const SAYING = Attr.siloId.bit | Attr.windowsJobId.bit;

/**
 * Remembers fates: what a process does over and over is decided once, until more is known of the process, of any
 * container or of any pod. Only what follows from the process and from what its records have in common is remembered:
 * neither what waits, nor what a record says of silos and jobs, nor processes of which some records are noise.
 */
export class Decisions {
  readonly #resolver: Resolver;
  readonly #marks: Marks;
  readonly #noise: Noise;
  #epoch: Epoch = { resolved: -1, marked: -1 };

  constructor(resolver: Resolver, marks: Marks, noise: Noise) {
    this.#resolver = resolver;
    this.#marks = marks;
    this.#noise = noise;
  }

  /** The decision on a record, if one was remembered and holds. */
  of(record: LogRecord): (Fate & { readonly process: KnownProcess }) | undefined {
    // Only this object knows its epochs, and notes decisions in their name.
    const note = record.common.note as Decision | undefined;
    if (note?.owner !== this.#now() || note.learnt !== note.process.revision) return undefined;
    return saysNothing(record) && !isOfAgent(record) ? note : undefined;
  }

  /** Remembers what becomes of a record's like, if its like is decided by that. */
  keep(record: LogRecord, process: KnownProcess, verdict: Verdict, fate: Fate): void {
    if (verdict.kind !== 'container' && verdict.kind !== 'host') return;
    if (!saysNothing(record) || isOfAgent(record) || record.common.get(Attr.siloId) !== undefined) return;
    if (this.#noise.concerns(process)) return;
    record.common.remember(decisionOf(this.#now(), process, fate));
  }

  #now(): Epoch {
    const [resolved, marked] = [this.#resolver.revision, this.#marks.revision];
    const epoch = this.#epoch;
    if (epoch.resolved === resolved && epoch.marked === marked) return epoch;
    return (this.#epoch = { resolved, marked });
  }
}

// Field by field: what is spread keeps the fields behind the spread elsewhere, and each record reads them.
function decisionOf(owner: Epoch, process: KnownProcess, fate: Fate): Decision {
  const { revision: learnt } = process;
  return fate.kind === 'given'
    ? { owner, process, learnt, kind: fate.kind, common: fate.common, how: fate.how }
    : { owner, process, learnt, kind: fate.kind, reason: fate.reason };
}

// Of silos and jobs.
function saysNothing({ own, kind }: LogRecord): boolean {
  if (((own.shape.bits | kind.bits) & SAYING) === 0) return true;
  const silo = valueOf(own, Attr.siloId) ?? kind.get(Attr.siloId);
  return silo === undefined && valueOf(own, Attr.windowsJobId) === undefined;
}
