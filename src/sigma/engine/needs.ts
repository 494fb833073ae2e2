import type { Expression, Test } from '../rule/expression.ts';
import type { Pattern } from '../rule/pattern.ts';
import { STEP, type Steps } from '../steps.ts';
import { isCommon } from './common_texts.ts';
import { asLiteral, type Literal } from './pattern_matcher.ts';
import { regexLiteral } from './regex_literal.ts';

/** A literal that a field's value in lower case has wherever a test is true. */
export interface NeededLiteral extends Literal {
  /** The field's name; empty for keywords. */
  readonly field: string;
  /** Its presence is all that the test asks. */
  readonly exact: boolean;
}

/** Literals of which at least one is there wherever an expression is true, and how often one is there, guessed. */
export interface Need {
  readonly literals: readonly NeededLiteral[];
  readonly cost: number;
}

/** What it costs to wait for a literal; only the order of these numbers matters. */
export type CostOf = (literal: NeededLiteral) => number;

/** What equal literals share. */
export function literalKey({ field, at, text }: NeededLiteral): string {
  return `${field}\u0000${at}\u0000${text}`;
}

/** More literals are not worth it: the rule is then tried on every record. */
const MAX_LITERALS = 20_000;

/**
 * The cheapest literals without one of which an expression cannot be true; undefined where there are none, such as
 * where all that it asks is that something is missing.
 */
export function* needOf(expression: Expression, costOf: CostOf): Steps<Need | undefined> {
  if (expression.kind === 'not') return undefined;
  if (expression.kind === 'test') return needOfTest(expression.test, costOf);
  const needs: (Need | undefined)[] = [];
  for (const [i, one] of expression.of.entries()) {
    if (i % STEP === 0) yield;
    needs.push(one.kind === 'test' ? needOfTest(one.test, costOf) : yield* needOf(one, costOf));
  }
  if (expression.kind === 'and') {
    return needs
      .filter((need) => need !== undefined)
      .reduce<Need | undefined>(
        (best, need) => (best === undefined || need.cost < best.cost ? need : best),
        undefined,
      );
  }
  return united(needs);
}

function united(needs: readonly (Need | undefined)[]): Need | undefined {
  const literals: NeededLiteral[] = [];
  let cost = 0;
  for (const need of needs) {
    if (need === undefined || literals.length > MAX_LITERALS) return undefined;
    for (const literal of need.literals) literals.push(literal);
    cost += need.cost;
  }
  return { literals, cost };
}

function needOfTest(test: Test, costOf: CostOf): Need | undefined {
  const literal = literalOf(test);
  if (literal === undefined) return undefined;
  return { literals: [literal], cost: costOf(literal) };
}

/** The literal that a test needs, if it needs one. */
export function literalOf(test: Test): NeededLiteral | undefined {
  if (test.kind === 'regex') {
    const text = regexLiteral(test.source, test.flags);
    return text === undefined ? undefined : { field: test.field, at: 'within', text, exact: false };
  }
  if (test.kind !== 'text' && test.kind !== 'keyword') return undefined;
  const field = test.kind === 'text' ? test.field : '';
  const whole = asLiteral(test.pattern);
  if (whole !== undefined) {
    // A text that is everywhere tells nothing.
    if (whole.text === '' && whole.at !== 'whole') return undefined;
    return { field, at: whole.at, text: whole.text.toLowerCase(), exact: !test.cased };
  }
  return rarestPart(test.pattern, field);
}

function rarestPart(pattern: Pattern, field: string): NeededLiteral | undefined {
  let best: NeededLiteral | undefined;
  for (const [i, part] of pattern.entries()) {
    if (typeof part !== 'string') continue;
    const at = i === 0 ? 'start' : i === pattern.length - 1 ? 'end' : 'within';
    const literal = { field, at, text: part.toLowerCase(), exact: false } as const;
    if (best === undefined || chance(literal) < chance(best)) best = literal;
  }
  return best;
}

/**
 * How likely a record has a literal, 0 to 1: short texts are everywhere, and what many rules name is common too.
 * Only the order of these numbers matters.
 */
export function chance({ at, text }: Literal, rules = 1): number {
  if (isCommon(text, at)) return at === 'within' ? 0.9 : 0.3;
  if (at === 'whole') return Math.min(0.2, 0.002 * rules);
  if (at !== 'within') return Math.min(0.4, 2 ** (-1.5 * text.length) + 0.002 * rules);
  return Math.min(1, 2 ** (-0.6 * (text.length - 1)) * (1 + 0.2 * (rules - 1)) + 0.0005 * rules);
}
