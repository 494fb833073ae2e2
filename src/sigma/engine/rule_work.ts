import type { SigmaRule } from '../rule/documents.ts';

/** What a rule did since it was compiled. */
export interface RuleWorkDone {
  readonly rule: SigmaRule;
  /** Records that it was tried on. */
  readonly evaluations: number;
  readonly matches: number;
  /** Seconds that trying took, estimated from samples. */
  readonly time: number;
  readonly errors: number;
  readonly lastError: string | undefined;
}

/**
 * One evaluation of so many is timed: asking the clock takes as long as trying a rule. It is prime, so that a stream
 * that wakes the same few rules again and again does not have the same one timed each time.
 */
const EVERY = 61;

/** Counts what each rule of a program does. */
export class RuleWork {
  readonly #rules: readonly SigmaRule[];
  readonly #evaluations: Float64Array;
  readonly #matches: Float64Array;
  /** Milliseconds of the evaluations that were timed. */
  readonly #time: Float64Array;
  readonly #errors = new Map<number, { count: number; last: string }>();
  #untilTimed = EVERY;

  /** `rules`: in the order of their numbers. */
  constructor(rules: readonly SigmaRule[]) {
    this.#rules = rules;
    this.#evaluations = new Float64Array(rules.length);
    this.#matches = new Float64Array(rules.length);
    this.#time = new Float64Array(rules.length);
  }

  /** Rules tried, all together. */
  get tried(): number {
    return this.#evaluations.reduce((sum, count) => sum + count, 0);
  }

  /** A rule is tried; where it is to be timed, the clock in milliseconds, else 0. */
  begin(number: number): number {
    this.#evaluations[number] = (this.#evaluations[number] ?? 0) + 1;
    if (--this.#untilTimed > 0) return 0;
    this.#untilTimed = EVERY;
    return performance.now();
  }

  /** A timed rule is done. */
  end(number: number, begun: number): void {
    this.#time[number] = (this.#time[number] ?? 0) + performance.now() - begun;
  }

  matched(number: number): void {
    this.#matches[number] = (this.#matches[number] ?? 0) + 1;
  }

  failed(number: number, error: unknown): void {
    const count = (this.#errors.get(number)?.count ?? 0) + 1;
    this.#errors.set(number, { count, last: error instanceof Error ? error.message : String(error) });
  }

  /** What each rule did. */
  *done(): Generator<RuleWorkDone> {
    for (const [number, rule] of this.#rules.entries()) {
      const errors = this.#errors.get(number);
      yield {
        rule,
        evaluations: this.#evaluations[number] ?? 0,
        matches: this.#matches[number] ?? 0,
        time: ((this.#time[number] ?? 0) * EVERY) / 1000,
        errors: errors?.count ?? 0,
        lastError: errors?.last,
      };
    }
  }
}
