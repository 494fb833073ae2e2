import type { Expression, Test } from '../rule/expression.ts';

/** What a rule needs that is not there: least of all its branches. */
export interface Assessment {
  /** Fields that it must find; none: it can fire. */
  readonly missing: ReadonlySet<string>;
  /** Fields that its exclusions ask for: without them it fires where it should not. */
  readonly unchecked: ReadonlySet<string>;
}

/** Whether a test can be answered, and if not, for want of what. */
export type Answer = { readonly kind: 'asked' } | { readonly kind: 'lacks'; readonly what: string };

const NOTHING: ReadonlySet<string> = new Set();
const FINE: Assessment = { missing: NOTHING, unchecked: NOTHING };

/**
 * What a rule lacks. It can fire when some branch of its condition has all the fields that it must find: an `and` needs
 * all its parts, of an `or` the part that lacks least is taken. A negated test never keeps a rule from firing, but one
 * that cannot be asked excludes nothing.
 */
export function assess(expression: Expression, ask: (test: Test) => Answer, negated = false): Assessment {
  switch (expression.kind) {
    case 'test':
      return assessTest(expression.test, ask, negated);
    case 'not':
      return assess(expression.of, ask, !negated);
    default:
      return combine(
        expression.kind,
        expression.of.map((part) => assess(part, ask, negated)),
        negated,
      );
  }
}

function assessTest(test: Test, ask: (test: Test) => Answer, negated: boolean): Assessment {
  const answer = ask(test);
  if (answer.kind === 'asked') return FINE;
  const lacks = new Set([answer.what]);
  return negated ? { missing: NOTHING, unchecked: lacks } : { missing: lacks, unchecked: NOTHING };
}

function combine(kind: 'and' | 'or', parts: readonly Assessment[], negated: boolean): Assessment {
  // What an exclusion cannot ask counts, also where another of its parts can be asked.
  if (kind === 'and' || negated) return union(parts);
  return parts.reduce((least, part) => (lessThan(part, least) ? part : least), parts[0] ?? FINE);
}

function union(parts: readonly Assessment[]): Assessment {
  return {
    missing: new Set(parts.flatMap(({ missing }) => [...missing])),
    unchecked: new Set(parts.flatMap(({ unchecked }) => [...unchecked])),
  };
}

/** Whether one lacks less than another. */
export function lessThan(one: Assessment, other: Assessment): boolean {
  if (one.missing.size !== other.missing.size) return one.missing.size < other.missing.size;
  return one.unchecked.size < other.unchecked.size;
}
