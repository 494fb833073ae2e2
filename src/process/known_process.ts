import type { Common } from '../model/common.ts';
import { identity, NO_FACTS, type ProcessFacts, together } from './facts.ts';
import type { ShownBlocks } from './process_blocks.ts';
import { microsOfText } from './time.ts';
import type { ProcessSpans } from './trace_context.ts';

/** The most ancestors that are kept. */
export const MAX_ANCESTORS = 16;

/**
 * How long after its exit records may still be of a process: images are unloaded, files closed and connections
 * ended behind it. Microseconds.
 */
const TRAILING = 1_000_000;

/** One process, from its start to its end, as a {@link ProcessTable} knows it. Only the table changes it. */
export class KnownProcess {
  // What each record asks for stands first, and together: of ten thousand processes, none is in the processor's caches.
  /** Undefined while it runs: that is seen without looking at a number, which lies elsewhere in memory. */
  #until: number | undefined;
  /**
   * What its last record was given that had no more than its resource in common with others before, and at which revision
   * of the table; see {@link ProcessBlocks}, which alone changes both.
   */
  lastShown: Common | undefined;
  lastShownAt: number | undefined;
  /** How many processes there had been at its last use: a small integer is written without another object. */
  usedAt = 0;
  /** Grows with what is known of it and of its ancestors. */
  revision = 0;
  /** Who started it; undefined while, or since, the table does not know. */
  parent: KnownProcess | undefined;
  /** What records of it are given; see {@link ProcessBlocks}, which alone changes it. */
  blocks: ShownBlocks | undefined;
  readonly pid: number;
  /** When it was first met; part of its identity while its creation is not known. */
  readonly met: number;
  /** It is known to live from here on: its creation where that is known, else the first that was seen of it. */
  since: number;
  /** Whether `since` is its creation. */
  born = false;
  /** The time of the record that told of its start. */
  startedAt: number | undefined;
  /** Whether its exit was seen, rather than another process found in its place. */
  exited = false;
  facts: ProcessFacts = NO_FACTS;
  /** What Windows stamps its events with, where asked to (`0x…`). */
  startKey: string | undefined;
  /** Its ancestors when it left the table, the nearest first; undefined while it is in it. */
  left: readonly string[] | undefined;
  /** The process that had the pid before. */
  before: KnownProcess | undefined;
  /** Its entity id, once it was made; see entity_id.ts. */
  id: { readonly when: string; readonly text: string } | undefined;
  /** The spans that stand for it; see trace_context.ts, which alone changes it. */
  spans: ProcessSpans | undefined;
  /** Characters of texts that are held for it: its own, and the parent's that its blocks show too. */
  weight = 0;
  /** What somebody behind the table keeps of it; see {@link ProcessNotes}, which alone changes both. */
  noteOf: object | undefined;
  note: unknown;
  #label: string | undefined;

  constructor(pid: number, since: number) {
    this.pid = pid;
    this.met = since;
    this.since = since;
  }

  /** Its exit; infinite while it runs. */
  get until(): number {
    return this.#until ?? Number.POSITIVE_INFINITY;
  }
  set until(time: number) {
    this.#until = time;
  }

  /** Whether it has not ended, as far as is known. */
  get runs(): boolean {
    return this.#until === undefined;
  }

  /** Whether it lived at a time, or had exited so shortly before that records of it still come. */
  coversTrailing(time: number): boolean {
    return time >= this.since && time <= this.until + (this.exited ? TRAILING : 0);
  }

  /** Whether it is known to have lived at a time. */
  lived(time: number): boolean {
    return time >= this.since && time <= this.until;
  }

  /** Takes in what a record tells; whether that was new. */
  learn(facts: ProcessFacts): boolean {
    const both = together(this.facts, facts);
    if (both === this.facts) return false;
    this.facts = both;
    this.#label = undefined;
    this.revision++;
    return true;
  }

  /** Whether it is the process with these facts; `unknown` where nothing in common says so. */
  identity(facts: ProcessFacts): 'same' | 'other' | 'unknown' {
    return identity(this.facts, facts);
  }

  /** `name (pid)`, as ancestors are shown. */
  get label(): string {
    this.#label ??= `${this.facts.name ?? '?'} (${this.pid})`;
    return this.#label;
  }

  /** The labels of its ancestors, the nearest first; at most {@link MAX_ANCESTORS}. */
  ancestors(depth: number = MAX_ANCESTORS): string[] {
    const labels: string[] = [];
    if (this.left !== undefined) return this.left.slice(0, depth);
    for (let one = this.parent; one !== undefined && labels.length < depth; one = one.parent) {
      labels.push(one.label);
      if (one.left !== undefined) return [...labels, ...one.left].slice(0, depth);
    }
    return labels;
  }

  /** Lets go of all others, so that no chain of processes is kept for ever. */
  leave(): void {
    this.left = this.ancestors();
    // What depends on it must not take its farewell for a change.
    this.revision = this.chainRevision();
    this.parent = undefined;
    this.before = undefined;
  }

  /** The sum of the revisions that what is shown of it depends on. */
  chainRevision(): number {
    let sum = this.revision;
    let one = this.parent;
    for (let n = 0; one !== undefined && n < MAX_ANCESTORS; n++, one = one.parent) sum += one.revision;
    return sum;
  }
}

/** When a process was created, in microseconds, as far as facts tell it and it is not after `latest`. */
export function creationOf(facts: ProcessFacts, latest: number): number | undefined {
  const created = microsOfText(facts.created);
  return created !== undefined && created <= latest ? created : undefined;
}
