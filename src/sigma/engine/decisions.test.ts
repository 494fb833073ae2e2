import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Expression } from '../rule/expression.ts';
import { finished } from '../steps.ts';
import { Decisions } from './decisions.ts';

const TESTS = 4;

const { expression } = fc.letrec<{ expression: Expression<number> }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: TESTS - 1 }).map((number) => ({ kind: 'test' as const, test: number })),
    tie('expression').map((of) => ({ kind: 'not' as const, of })),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('expression'), { maxLength: 3 }),
    }),
  ),
}));

function isTrue(of: Expression<number>, facts: readonly boolean[]): boolean {
  switch (of.kind) {
    case 'test':
      return facts[of.test] === true;
    case 'not':
      return !isTrue(of.of, facts);
    case 'and':
      return of.of.every((one) => isTrue(one, facts));
    case 'or':
      return of.of.some((one) => isTrue(one, facts));
  }
}

const everyFacts = Array.from({ length: 2 ** TESTS }, (_, bits) =>
  Array.from({ length: TESTS }, (_, test) => (bits & (1 << test)) !== 0),
);

test('decisions say what expressions say, of all that may be true', () => {
  fc.assert(
    fc.property(fc.array(expression, { minLength: 1, maxLength: 4 }), (expressions) => {
      const decisions = new Decisions();
      const begins = expressions.map((one) => finished(decisions.add(one)));
      decisions.ready();
      for (const facts of everyFacts) {
        const results = { isTrue: (number: number) => facts[number] === true };
        for (const [i, begin] of begins.entries())
          assert.equal(
            decisions.isMet(begin, results),
            isTrue(expressions[i] ?? { kind: 'or', of: [] }, facts),
          );
      }
    }),
  );
});

test('what does not matter any more is not asked', () => {
  const asked: number[] = [];
  const decisions = new Decisions();
  const [a, b, c] = [0, 1, 2].map((number) => ({ kind: 'test' as const, test: number }));
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const begin = finished(
    decisions.add({
      kind: 'and',
      of: [
        { kind: 'or', of: [a, b] },
        { kind: 'not', of: c },
      ],
    }),
  );
  decisions.ready();
  const isMet = decisions.isMet(begin, { isTrue: (number) => asked.push(number) > 0 && number === 0 });
  assert.equal(isMet, true);
  assert.deepEqual(asked, [0, 2]);
});
