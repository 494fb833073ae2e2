import type { Expression } from '../rule/expression.ts';
import { STEP, type Steps } from '../steps.ts';

/** Where a way through the decisions ends. */
const MET = -1;
const UNMET = -2;

/** Whether a test, by its number, is true of what is looked at. */
export interface TestResults {
  isTrue(test: number): boolean;
}

/**
 * Boolean expressions as decisions: a test, and which decision comes next where it is true and where it is not. To
 * evaluate is to walk along, without regard to how deep an expression is; what does not matter any more is not asked.
 */
export class Decisions {
  /** For each decision: the test, the next one where it is true, the next one where it is false. */
  readonly #steps: number[] = [];
  #ready = new Int32Array(0);

  /** Adds an expression; the decision that it begins with. Tests are by number, those that cost least should come first. */
  add(expression: Expression<number>): Steps<number> {
    return this.#emit(expression, MET, UNMET);
  }

  /** All are added. */
  ready(): void {
    this.#ready = new Int32Array(this.#steps);
    this.#steps.length = 0;
  }

  /** Whether the expression that begins with a decision is true. */
  isMet(first: number, results: TestResults): boolean {
    const steps = this.#ready;
    let at = first;
    while (at >= 0) at = steps[at + (results.isTrue(steps[at] ?? 0) ? 1 : 2)] ?? UNMET;
    return at === MET;
  }

  // The last parts first, so that each knows where those behind it begin.
  *#emit(expression: Expression<number>, met: number, unmet: number): Steps<number> {
    switch (expression.kind) {
      case 'test':
        return this.#push(expression.test, met, unmet);
      case 'not':
        return yield* this.#emit(expression.of, unmet, met);
      default: {
        const isAnd = expression.kind === 'and';
        let next = isAnd ? met : unmet;
        for (const [i, one] of expression.of.toReversed().entries()) {
          if (i % STEP === 0) yield;
          const ends = isAnd ? ([next, unmet] as const) : ([met, next] as const);
          next = one.kind === 'test' ? this.#push(one.test, ...ends) : yield* this.#emit(one, ...ends);
        }
        return next;
      }
    }
  }

  #push(test: number, met: number, unmet: number): number {
    return this.#steps.push(test, met, unmet) - 3;
  }
}
