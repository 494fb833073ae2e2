import { numberOf } from '../engine/value.ts';
import { type CorrelationRule, keyOf, type SigmaRule } from '../rule/documents.ts';
import type { LinkedCorrelation } from '../rule/link.ts';
import { CorrelationGroups, type CorrelationMatch, type GroupImage } from './groups.ts';
import type { Occurrence } from './state.ts';

/** A match of a rule, or of another correlation, as correlations take it. */
export interface CorrelationEvent<C> {
  readonly rule: SigmaRule | CorrelationRule;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** A field of the matched event; undefined where it does not have it. */
  readonly field: (name: string) => string | undefined;
  /** Names the event to people. */
  readonly ref: string;
  readonly context: C;
}

/** What correlations hold and gave up. */
export interface CorrelatorStats {
  readonly groups: number;
  /** Estimated. */
  readonly bytes: number;
  /** Groups given up because the memory was used up. */
  readonly evicted: number;
}

/** What a correlation did since it was made. */
export interface CorrelationWork {
  readonly rule: CorrelationRule;
  /** Matches of its rules that it counted. */
  readonly evaluations: number;
  readonly matches: number;
}

/** A group, and which correlation it is of: see keyOf. */
export interface CorrelationImage<C> extends GroupImage<C> {
  readonly rule: string;
}

interface Membership<C> {
  readonly groups: CorrelationGroups<C>;
  readonly place: number;
}

/**
 * All correlations, fed with matches in the order of their events. State is bounded in bytes: when it is full, the
 * correlation that takes most gives up its groups, those first that would end first. Time is that of events.
 */
export class Correlator<C> {
  readonly #members = new Map<SigmaRule | CorrelationRule, Membership<C>[]>();
  readonly #all: readonly CorrelationGroups<C>[];
  readonly #maxBytes: number;
  #now = Number.NEGATIVE_INFINITY;
  #evicted = 0;

  /** `correlations`: those that others build on come first. */
  constructor(correlations: readonly LinkedCorrelation[], maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#all = correlations.map((linked) => {
      const groups = new CorrelationGroups<C>(linked);
      // Backwards, so that one event is not the next step of its own chain.
      for (const [place, rule] of [...linked.of.entries()].toReversed()) {
        const before = this.#members.get(rule) ?? [];
        before.push({ groups, place });
        this.#members.set(rule, before);
      }
      return groups;
    });
  }

  get stats(): CorrelatorStats {
    const groups = this.#all.reduce((sum, one) => sum + one.size, 0);
    return { groups, bytes: this.#bytes, evicted: this.#evicted };
  }

  /** Takes over the state of another one, which must not be used any more; see {@link CorrelationGroups.succeed}. */
  succeed(before: Correlator<C>): void {
    const known = new Map(before.#all.map((groups) => [keyOf(groups.rule), groups]));
    for (const groups of this.#all) {
      const old = known.get(keyOf(groups.rule));
      if (old !== undefined) groups.succeed(old);
    }
    this.#now = before.#now;
    this.#evicted = before.#evicted;
  }

  /** All groups of all correlations. */
  *images(): Generator<CorrelationImage<C>> {
    for (const groups of this.#all)
      for (const image of groups.images()) yield { rule: keyOf(groups.rule), ...image };
  }

  /** Makes a group again; false where its correlation is not there, or counts otherwise. */
  restore(image: CorrelationImage<C>): boolean {
    const groups = this.#all.find(({ rule }) => keyOf(rule) === image.rule);
    const isTaken = groups?.restore(image) === true;
    this.#makeRoom();
    return isTaken;
  }

  /** What each correlation did. */
  *work(): Generator<CorrelationWork> {
    for (const { rule, evaluations, matches } of this.#all) yield { rule, evaluations, matches };
  }

  /** Whether a correlation builds on a rule. */
  concerns(rule: SigmaRule | CorrelationRule): boolean {
    return this.#members.has(rule);
  }

  /** Lets time go on: windows that are over by then are judged. */
  advance(time: number): readonly CorrelationMatch<C>[] {
    if (time <= this.#now) return NONE;
    this.#now = time;
    const matches: CorrelationMatch<C>[] = [];
    for (const groups of this.#all) {
      for (const match of groups.end(time)) matches.push(match, ...this.#chained(match, undefined));
    }
    return matches;
  }

  /** Takes a match; the correlations that it completes, and those that these complete. */
  feed(event: CorrelationEvent<C>): readonly CorrelationMatch<C>[] {
    const matches: CorrelationMatch<C>[] = [];
    for (const { groups, place } of this.#members.get(event.rule) ?? []) {
      const match = add(groups, place, event);
      this.#makeRoom();
      if (match !== undefined) matches.push(match, ...this.#chained(match, event));
    }
    return matches;
  }

  #chained(
    match: CorrelationMatch<C>,
    event: CorrelationEvent<C> | undefined,
  ): readonly CorrelationMatch<C>[] {
    if (!this.#members.has(match.rule)) return NONE;
    const { rule, time, group, context, refs } = match;
    const field = (name: string) => group.get(name) ?? event?.field(name);
    return this.feed({ rule, time, field, ref: refs.at(-1) ?? '', context });
  }

  get #bytes(): number {
    return this.#all.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #makeRoom(): void {
    let over = this.#bytes - this.#maxBytes;
    if (over <= 0) return;
    // Some room more than is needed: finding the first group of a map that many were taken out of costs.
    over += this.#maxBytes / 16;
    for (const groups of this.#all.toSorted((a, b) => b.bytes - a.bytes)) {
      const before = groups.bytes;
      this.#evicted += groups.shrinkTo(Math.max(0, before - over));
      over -= before - groups.bytes;
      if (over <= 0) return;
    }
  }
}

const NONE: readonly never[] = Object.freeze([]);

function add<C>(
  groups: CorrelationGroups<C>,
  place: number,
  event: CorrelationEvent<C>,
): CorrelationMatch<C> | undefined {
  const { rule } = groups;
  const name = rule.rules[place]?.name ?? '';
  const read = (field: string) => event.field(rule.aliases.get(field)?.get(name) ?? field);
  const values = new Map<string, string>();
  for (const field of rule.groupBy) {
    const value = read(field);
    // Without a value an event belongs to no group.
    if (value === undefined) return undefined;
    values.set(field, value);
  }
  const value = counted(rule, read);
  if (value === null) return undefined;
  const occurrence: Occurrence = { time: event.time, place, value, ref: event.ref };
  return groups.add(values, occurrence, event.context);
}

/** The value that is counted; null where an event does not have it. */
function counted(
  { type, condition }: CorrelationRule,
  read: (field: string) => string | undefined,
): string | number | undefined | null {
  if (condition.kind === 'rules' || type === 'event_count') return undefined;
  const values = condition.fields.map(read);
  if (values.includes(undefined)) return null;
  const text = values.join('\u0000');
  const countsTexts =
    type === 'value_count' || (type === 'value_percentile' && condition.percentile === undefined);
  return countsTexts ? text : (numberOf(text) ?? null);
}
