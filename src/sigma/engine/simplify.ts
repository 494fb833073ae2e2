import type { Expression, Test } from '../rule/expression.ts';

/**
 * An expression without what is decided beforehand: fields that records of its log source never have. A boolean
 * where nothing else is left.
 */
export function simplified(expression: Expression, has: (field: string) => boolean): Expression | boolean {
  switch (expression.kind) {
    case 'test':
      return simplifiedTest(expression.test, has) ?? expression;
    case 'not': {
      const of = simplified(expression.of, has);
      return typeof of === 'boolean' ? !of : { kind: 'not', of };
    }
    default:
      return simplifiedMany(expression.kind, expression.of, has);
  }
}

function simplifiedMany(
  kind: 'and' | 'or',
  parts: readonly Expression[],
  has: (field: string) => boolean,
): Expression | boolean {
  // What decides the whole: one false part of an `and`, one true part of an `or`.
  const deciding = kind === 'or';
  const rest: Expression[] = [];
  for (const part of parts) {
    const one = simplified(part, has);
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
