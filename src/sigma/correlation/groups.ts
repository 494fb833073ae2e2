import type { CorrelationRule } from '../rule/documents.ts';
import type { Expression } from '../rule/expression.ts';
import type { LinkedCorrelation } from '../rule/link.ts';
import { Counting } from './counting.ts';
import type { GroupState, Occurrence, StateImage } from './state.ts';
import { Ordered, Temporal } from './temporal.ts';

/** A correlation whose condition was met. `C` is what its caller hands in with each event. */
export interface CorrelationMatch<C> {
  readonly rule: CorrelationRule;
  /** Milliseconds since 1970: of the event that completed it, or of the window's end. */
  readonly time: number;
  /** The values that its events have in common, by the names it groups by. */
  readonly group: ReadonlyMap<string, string>;
  /** What took part, at most 100, oldest first. */
  readonly refs: readonly string[];
  /** The number that was counted; undefined for temporal ones. */
  readonly value: number | undefined;
  /** Of the last event that took part. */
  readonly context: C;
}

/** A group, to be made again of it: by another process, or a later version. */
export interface GroupImage<C> {
  /** What its state depends on: a correlation of another shape cannot take it. */
  readonly shape: string;
  readonly values: readonly (readonly [name: string, value: string])[];
  /** Milliseconds since 1970, of its first and its latest event. */
  readonly start: number;
  readonly last: number;
  readonly state: StateImage;
  readonly context: C;
}

interface Group<C> {
  readonly state: GroupState;
  readonly values: ReadonlyMap<string, string>;
  readonly start: number;
  bytes: number;
  last: number;
  context: C;
}

/** An empty group: its entries in maps, its texts, and what of the last event it keeps. */
const GROUP_BYTES = 1024;

/**
 * The groups of one correlation, in the order in which they end: of sliding windows the one unused for longest is
 * first, of windows that are judged at their end the one that began first.
 */
export class CorrelationGroups<C> {
  readonly rule: CorrelationRule;
  /** The condition can be undone by later events, so it is judged when the window is over. */
  readonly #late: boolean;
  #groups = new Map<string, Group<C>>();
  /** Before this time no window has to be ended. */
  #due = Number.NEGATIVE_INFINITY;
  bytes = 0;
  /** Occurrences taken, and conditions met. */
  evaluations = 0;
  matches = 0;

  constructor({ rule }: LinkedCorrelation) {
    this.rule = rule;
    this.#late = isLate(rule);
  }

  get size(): number {
    return this.#groups.size;
  }

  /**
   * Takes over the groups of the correlation before, which must not be used any more, where both count the same the
   * same way; else groups begin anew, since what was counted says nothing of the new condition.
   */
  succeed(before: CorrelationGroups<C>): void {
    if (shapeOf(this.rule) !== shapeOf(before.rule)) return;
    this.#groups = before.#groups;
    this.#due = before.#due;
    this.bytes = before.bytes;
  }

  /** Takes an occurrence; the match that it completes. */
  add(
    values: ReadonlyMap<string, string>,
    occurrence: Occurrence,
    context: C,
  ): CorrelationMatch<C> | undefined {
    this.evaluations++;
    const key = groupKey(values);
    const group = this.#groups.get(key) ?? this.#open(key, values, occurrence, context);
    group.last = Math.max(group.last, occurrence.time);
    group.context = context;
    const met = group.state.add(occurrence);
    if (met && !this.#late) {
      this.#close(key, group);
      return this.#match(group, occurrence.time);
    }
    this.#measure(group, GROUP_BYTES + 4 * key.length + group.state.bytes);
    if (!this.#late) {
      this.#groups.delete(key);
      this.#groups.set(key, group);
    }
    return undefined;
  }

  /** Ends the windows that are over at a time; those of them whose condition is met. */
  end(now: number): readonly CorrelationMatch<C>[] {
    if (now <= this.#due) return NONE;
    const matches: CorrelationMatch<C>[] = [];
    // A sliding window that is over does no harm, and a look at the first group of many that are gone costs.
    this.#due = this.#late ? now : now + this.rule.timespan / 8;
    for (const [key, group] of this.#groups) {
      const end = (this.#late ? group.start : group.last) + this.rule.timespan;
      if (end >= now) {
        this.#due = Math.max(this.#due, end);
        break;
      }
      this.#close(key, group);
      if (this.#late && group.state.met()) matches.push(this.#match(group, end));
    }
    return matches;
  }

  /** All groups, in their order. */
  *images(): Generator<GroupImage<C>> {
    const shape = shapeOf(this.rule);
    for (const { values, start, last, state, context } of this.#groups.values())
      yield { shape, values: [...values], start, last, state: state.image(), context };
  }

  /** Makes a group again behind those that are there; false where it is of another shape, or is there. */
  restore({ shape, values, start, last, state: image, context }: GroupImage<C>): boolean {
    const byName = new Map(values);
    const key = groupKey(byName);
    if (shape !== shapeOf(this.rule) || this.#groups.has(key)) return false;
    const state = newState(this.rule, this.#late);
    state.become(image);
    const group = { state, values: byName, start, bytes: 0, last, context };
    this.#groups.set(key, group);
    this.#measure(group, GROUP_BYTES + 4 * key.length + state.bytes);
    return true;
  }

  /** Gives up groups, those first that would have ended first, until they take no more than `bytes`; how many. */
  shrinkTo(bytes: number): number {
    let count = 0;
    for (const [key, group] of this.#groups) {
      if (this.bytes <= bytes) break;
      this.#close(key, group);
      count++;
    }
    return count;
  }

  #open(key: string, values: ReadonlyMap<string, string>, { time }: Occurrence, context: C): Group<C> {
    const state = newState(this.rule, this.#late);
    const group = { state, values, start: time, bytes: 0, last: time, context };
    this.#groups.set(key, group);
    return group;
  }

  #close(key: string, group: Group<C>): void {
    this.#groups.delete(key);
    this.bytes -= group.bytes;
  }

  #measure(group: Group<C>, bytes: number): void {
    this.bytes += bytes - group.bytes;
    group.bytes = bytes;
  }

  #match({ state, values, context }: Group<C>, time: number): CorrelationMatch<C> {
    this.matches++;
    return { rule: this.rule, time, group: values, refs: state.refs(), value: state.value, context };
  }
}

const NONE: readonly never[] = Object.freeze([]);

function groupKey(values: ReadonlyMap<string, string>): string {
  return [...values.values()].map((value) => `${value.length}:${value}`).join('');
}

/** What the state of groups depends on. The rules it counts may have changed in themselves. */
function shapeOf({ type, rules, groupBy, aliases, timespan, condition }: CorrelationRule): string {
  const names = rules.map(({ name }) => name);
  const fields = [...aliases].map(([alias, byRule]) => [alias, Array.from(byRule)]);
  return JSON.stringify([type, names, groupBy, fields, timespan, condition]);
}

function isLate({ type, condition }: CorrelationRule): boolean {
  if (condition.kind === 'rules') return hasNot(condition.expression);
  // An average may fall again, and a sum of negative numbers; but whoever asks for "more than" wants to know at once.
  const upwards = condition.limits.every(({ comparison }) => comparison === 'gt' || comparison === 'gte');
  return type === 'value_percentile' || !upwards;
}

function hasNot(expression: Expression<number>): boolean {
  if (expression.kind === 'not') return true;
  return expression.kind !== 'test' && expression.of.some(hasNot);
}

function newState({ type, condition, rules, timespan }: CorrelationRule, late: boolean): GroupState {
  const span = late ? Number.POSITIVE_INFINITY : timespan;
  if (condition.kind === 'limits') return new Counting(type, condition, span);
  return type === 'temporal_ordered'
    ? new Ordered(rules.length, span)
    : new Temporal(condition.expression, span);
}
