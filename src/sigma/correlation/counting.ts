import { compares } from '../engine/test_runner.ts';
import type { CorrelationRule, Limit } from '../rule/documents.ts';
import {
  bytesOf,
  type GroupState,
  MAX_OCCURRENCES,
  MAX_REFS,
  type Occurrence,
  type StateImage,
} from './state.ts';

/** The conditions of a correlation that counts. */
export type Limits = CorrelationRule['condition'] & { readonly kind: 'limits' };

/** A sliding window over occurrences, and the number that they come to. */
export class Counting implements GroupState {
  readonly #type: CorrelationRule['type'];
  readonly #limits: Limits;
  readonly #timespan: number;
  readonly #most: number;
  #window: Occurrence[] = [];
  #latest = Number.NEGATIVE_INFINITY;
  #bytes = 0;
  #sum = 0;
  readonly #distinct = new Map<string, number>();

  /** `timespan`: milliseconds; Infinity where the window ends otherwise. */
  constructor(type: CorrelationRule['type'], limits: Limits, timespan: number) {
    this.#type = type;
    this.#limits = limits;
    this.#timespan = timespan;
    this.#most = enough(type, limits);
  }

  add(occurrence: Occurrence): boolean {
    this.#latest = Math.max(this.#latest, occurrence.time);
    this.#window.push(occurrence);
    this.#count(occurrence, 1);
    let gone = 0;
    for (const old of this.#window) {
      const kept = this.#window.length - gone;
      if (kept <= this.#most && old.time >= this.#latest - this.#timespan) break;
      this.#count(old, -1);
      gone++;
    }
    if (gone > 0) this.#window = this.#window.slice(gone);
    return this.met();
  }

  met(): boolean {
    const { value } = this;
    if (this.#type === 'value_percentile' && this.#limits.percentile === undefined) {
      // Any value whose share is as asked.
      const total = this.#window.length;
      return [...this.#distinct.values()].some((count) => meets((100 * count) / total, this.#limits.limits));
    }
    return value !== undefined && meets(value, this.#limits.limits);
  }

  image(): StateImage {
    return { occurrences: this.#window, chains: [] };
  }

  become({ occurrences }: StateImage): void {
    for (const occurrence of occurrences) this.add(occurrence);
  }

  refs(): readonly string[] {
    return this.#window.slice(-MAX_REFS).map(({ ref }) => ref);
  }

  get value(): number | undefined {
    switch (this.#type) {
      case 'event_count':
        return this.#window.length;
      case 'value_count':
        return this.#distinct.size;
      case 'value_sum':
        return this.#sum;
      case 'value_avg':
        return this.#window.length === 0 ? undefined : this.#sum / this.#window.length;
      case 'value_percentile':
        return this.#percentile();
      default:
        return undefined;
    }
  }

  get bytes(): number {
    return this.#bytes + 64 * this.#distinct.size;
  }

  #count(occurrence: Occurrence, step: 1 | -1): void {
    this.#bytes += step * bytesOf(occurrence);
    if (this.#type === 'event_count') return;
    if (typeof occurrence.value === 'number') this.#sum += step * occurrence.value;
    const key = String(occurrence.value);
    const count = (this.#distinct.get(key) ?? 0) + step;
    if (count === 0) this.#distinct.delete(key);
    else this.#distinct.set(key, count);
  }

  /** The nearest-rank percentile of the numbers, or, where none is named, nothing. */
  #percentile(): number | undefined {
    const { percentile } = this.#limits;
    if (percentile === undefined || this.#window.length === 0) return undefined;
    const sorted = this.#window.map(({ value }) => Number(value)).sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)];
  }
}

/** Events beyond these cannot change what the condition says. */
function enough(type: CorrelationRule['type'], { limits }: Limits): number {
  if (type !== 'event_count') return MAX_OCCURRENCES;
  const highest = Math.max(...limits.map(({ value }) => value));
  return Math.min(MAX_OCCURRENCES, Math.max(1, Math.floor(highest) + 1));
}

/** Whether a number meets all limits. */
export function meets(number: number, limits: readonly Limit[]): boolean {
  return limits.every(({ comparison, value }) =>
    comparison === 'neq' ? number !== value : compares(number, comparison, value),
  );
}
