import { type Expression, type Test, testText } from '../rule/expression.ts';
import { STEP, type Steps } from '../steps.ts';
import { literalKey, literalOf } from './needs.ts';
import type { Slot } from './slot.ts';
import { type TestRunner, testRunner } from './test_runner.ts';

/** An expression by numbers, and how much is to be done to evaluate it, guessed. */
interface Numbered {
  readonly expression: Expression<number>;
  readonly effort: number;
}

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
  *numbered(expression: Expression): Steps<Expression<number>> {
    return (yield* this.#numbered(expression)).expression;
  }

  *#numbered(expression: Expression): Steps<Numbered> {
    switch (expression.kind) {
      case 'test':
        return this.#test(expression.test);
      case 'not': {
        const { expression: of, effort } = yield* this.#numbered(expression.of);
        return { expression: { kind: 'not', of }, effort: effort + 0.5 };
      }
      default:
        return yield* this.#many(expression.kind, expression.of);
    }
  }

  *#many(kind: 'and' | 'or', of: readonly Expression[]): Steps<Numbered> {
    const parts: Numbered[] = [];
    for (const [i, one] of of.entries()) {
      // To compile a regular expression takes as long as many other tests.
      if (i % STEP === 0 || (one.kind === 'test' && one.test.kind === 'regex')) yield;
      parts.push(one.kind === 'test' ? this.#test(one.test) : yield* this.#numbered(one));
    }
    parts.sort((a, b) => a.effort - b.effort);
    const effort = parts.reduce((sum, part) => sum + part.effort, 1);
    return { expression: { kind, of: parts.map(({ expression }) => expression) }, effort };
  }

  #test(of: Test): Numbered {
    const test = this.#numberOf(of);
    return { expression: { kind: 'test', test }, effort: test < this.#literals.size ? 0 : 2 };
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
}
