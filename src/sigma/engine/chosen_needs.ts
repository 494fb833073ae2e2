import type { Expression } from '../rule/expression.ts';
import type { Steps } from '../steps.ts';
import { type CostOf, chance, literalKey, type Need, needOf } from './needs.ts';

/** A field that less than this part of all rules wait for is none to wait for, where a rule can wait for others. */
const SELDOM = 1 / 100;
/** Above what any need costs. */
const AVOIDED = 1e6;

/**
 * What each expression needs, in few fields: to look through one more field costs every record. `popularity`: how many
 * expressions name a literal, by its key.
 */
export function* chosenNeeds(
  expressions: readonly Expression[],
  popularity: ReadonlyMap<string, number>,
): Steps<(Need | undefined)[]> {
  const costOf: CostOf = (literal) => chance(literal, popularity.get(literalKey(literal)));
  const needs: (Need | undefined)[] = [];
  const woken = new Map<string, number>();
  for (const expression of expressions) {
    const need = yield* needOf(expression, costOf);
    needs.push(need);
    for (const field of fieldsOf(need)) woken.set(field, (woken.get(field) ?? 0) + 1);
    yield;
  }
  const isSeldom = (field: string) => (woken.get(field) ?? 0) < SELDOM * expressions.length;
  for (const [place, expression] of expressions.entries()) {
    yield;
    if (![...fieldsOf(needs[place])].some(isSeldom)) continue;
    const avoiding: CostOf = (literal) => costOf(literal) + (isSeldom(literal.field) ? AVOIDED : 0);
    needs[place] = yield* needOf(expression, avoiding);
  }
  return needs;
}

function fieldsOf(need: Need | undefined): ReadonlySet<string> {
  return new Set(need?.literals.map(({ field }) => field));
}
