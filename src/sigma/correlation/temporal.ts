import type { Expression } from '../rule/expression.ts';
import { bytesOf, type Chain, type GroupState, MAX_REFS, type Occurrence, type StateImage } from './state.ts';

/** Which rules matched within the time, in any order. */
export class Temporal implements GroupState {
  readonly #expression: Expression<number>;
  readonly #timespan: number;
  /** The last occurrence of each rule, by its place. */
  readonly #last = new Map<number, Occurrence>();
  readonly value = undefined;

  /** `timespan`: milliseconds; Infinity where the window ends otherwise. */
  constructor(expression: Expression<number>, timespan: number) {
    this.#expression = expression;
    this.#timespan = timespan;
  }

  add(occurrence: Occurrence): boolean {
    const before = this.#last.get(occurrence.place);
    if (before === undefined || before.time <= occurrence.time) this.#last.set(occurrence.place, occurrence);
    const oldest = occurrence.time - this.#timespan;
    for (const [place, { time }] of this.#last) if (time < oldest) this.#last.delete(place);
    return this.met();
  }

  met(): boolean {
    return holds(this.#expression, (place) => this.#last.has(place));
  }

  image(): StateImage {
    return { occurrences: [...this.#last.values()], chains: [] };
  }

  become({ occurrences }: StateImage): void {
    for (const occurrence of occurrences) this.#last.set(occurrence.place, occurrence);
  }

  refs(): readonly string[] {
    return [...this.#last.values()].sort((a, b) => a.time - b.time).map(({ ref }) => ref);
  }

  get bytes(): number {
    let bytes = 0;
    for (const occurrence of this.#last.values()) bytes += bytesOf(occurrence);
    return bytes;
  }
}

/** Whether all rules matched in their order within the time. */
export class Ordered implements GroupState {
  readonly #length: number;
  readonly #timespan: number;
  /** For each rule: of the chains that end in a match of it, the one that began last. */
  readonly #chains: (Chain | undefined)[] = [];
  #complete: Chain | undefined;
  readonly value = undefined;

  /** `length`: the number of rules; `timespan` in milliseconds. */
  constructor(length: number, timespan: number) {
    this.#length = length;
    this.#timespan = timespan;
  }

  add({ time, place, ref }: Occurrence): boolean {
    const before = place === 0 ? { start: time, last: time, refs: [] } : this.#chains[place - 1];
    if (before === undefined || before.last > time || time - before.start > this.#timespan) return false;
    const own = this.#chains[place];
    const chain = { start: before.start, last: time, refs: [...before.refs, ref].slice(-MAX_REFS) };
    if (own === undefined || own.start <= chain.start) this.#chains[place] = chain;
    if (place < this.#length - 1) return false;
    this.#complete = chain;
    return true;
  }

  met(): boolean {
    return this.#complete !== undefined;
  }

  image(): StateImage {
    return { occurrences: [], chains: Array.from(this.#chains, (chain) => chain ?? null) };
  }

  become({ chains }: StateImage): void {
    for (const [place, chain] of chains.entries()) this.#chains[place] = chain ?? undefined;
  }

  refs(): readonly string[] {
    return this.#complete?.refs ?? [];
  }

  get bytes(): number {
    return this.#chains.reduce((sum, chain) => sum + 96 + 2 * (chain?.refs.join('').length ?? 0), 0);
  }
}

/** Whether a boolean expression over rules is true. */
export function holds(expression: Expression<number>, matched: (place: number) => boolean): boolean {
  switch (expression.kind) {
    case 'test':
      return matched(expression.test);
    case 'not':
      return !holds(expression.of, matched);
    case 'and':
      return expression.of.every((one) => holds(one, matched));
    case 'or':
      return expression.of.some((one) => holds(one, matched));
  }
}
