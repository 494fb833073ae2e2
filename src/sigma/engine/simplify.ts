import type { Expression, Test } from '../rule/expression.ts';
import { STEP, type Steps } from '../steps.ts';

/**
 * An expression without what is decided beforehand: fields that records of its log source never have. A boolean
 * where nothing else is left.
 */
export function* simplified(
  expression: Expression,
  has: (field: string) => boolean,
): Steps<Expression | boolean> {
  switch (expression.kind) {
    case 'test':
      return simplifiedTest(expression.test, has) ?? expression;
    case 'not': {
      const of = yield* simplified(expression.of, has);
      return typeof of === 'boolean' ? !of : { kind: 'not', of };
    }
    default:
      return yield* simplifiedMany(expression.kind, expression.of, has);
  }
}

function* simplifiedMany(
  kind: 'and' | 'or',
  parts: readonly Expression[],
  has: (field: string) => boolean,
): Steps<Expression | boolean> {
  // What decides the whole: one false part of an `and`, one true part of an `or`.
  const deciding = kind === 'or';
  const rest: Expression[] = [];
  for (const [i, part] of parts.entries()) {
    if (i % STEP === 0) yield;
    const one =
      part.kind === 'test' ? (simplifiedTest(part.test, has) ?? part) : yield* simplified(part, has);
    if (one === deciding) return deciding;
    if (typeof one !== 'boolean') rest.push(one);
  }
  const [only] = rest;
  if (only === undefined) return !deciding;
  return rest.length === 1 ? only : { kind, of: rest };
}

function simplifiedTest(test: Test, has: (field: string) => boolean): boolean | undefined {
  if (test.kind === 'keyword') return undefined;
  if (!has(test.field)) return test.kind === 'absent';
  return test.kind === 'field' && !has(test.other) ? false : undefined;
}
