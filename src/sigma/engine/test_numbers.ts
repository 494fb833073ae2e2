import { type Expression, type Test, testText } from '../rule/expression.ts';
import { literalKey, literalOf } from './needs.ts';
import type { Slot } from './slot.ts';
import { type TestRunner, testRunner } from './test_runner.ts';

/** Gives tests their numbers: first literals, then those that have to be run; equal tests have the same one. */
export class TestNumbers {
  /** The tests that have to be run, in the order of their numbers. */
  readonly runners: TestRunner[] = [];
  readonly #literals: ReadonlyMap<string, number>;
  readonly #slotOf: (field: string) => Slot;
  readonly #known = new Map<string, number>();

  /** `literals`: their numbers by key. */
  constructor(literals: ReadonlyMap<string, number>, slotOf: (field: string) => Slot) {
    this.#literals = literals;
    this.#slotOf = slotOf;
  }

  /** The expression by numbers. What is known already comes first: it decides before anything has to be run. */
  numbered(expression: Expression): Expression<number> {
    switch (expression.kind) {
      case 'test':
        return { kind: 'test', test: this.#numberOf(expression.test) };
      case 'not':
        return { kind: 'not', of: this.numbered(expression.of) };
      default: {
        const of = expression.of.map((one) => this.numbered(one));
        return { kind: expression.kind, of: of.sort((a, b) => this.#effort(a) - this.#effort(b)) };
      }
    }
  }

  #numberOf(test: Test): number {
    const literal = literalOf(test);
    const indexed = literal?.exact === true ? this.#literals.get(literalKey(literal)) : undefined;
    if (indexed !== undefined) return indexed;
    const key = testText(test);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const number = this.#literals.size + this.runners.length;
    this.runners.push(testRunner(test, this.#slotOf));
    this.#known.set(key, number);
    return number;
  }

  #effort(expression: Expression<number>): number {
    switch (expression.kind) {
      case 'test':
        return expression.test < this.#literals.size ? 0 : 2;
      case 'not':
        return this.#effort(expression.of) + 0.5;
      default:
        return 1 + expression.of.reduce((sum, one) => sum + this.#effort(one), 0);
    }
  }
}
