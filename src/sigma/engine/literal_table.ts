import { type Expression, testsIn } from '../rule/expression.ts';
import { each, type Steps } from '../steps.ts';
import { chosenNeeds } from './chosen_needs.ts';
import { literalKey, literalOf, type NeededLiteral } from './needs.ts';

/** A field with more literals has only those looked for that wake a rule; the others are tried when a rule asks. */
const MANY = 2000;

/** The literals of a field, numbered from `first` on. */
export interface FieldLiterals {
  /** The field's name; empty for keywords. */
  readonly field: string;
  readonly first: number;
  readonly literals: readonly NeededLiteral[];
  /** One of them wakes a rule: the field of every record is looked through, of others when a rule asks. */
  readonly isWaking: boolean;
}

/** The literals that are looked for in records. */
export interface LiteralTable {
  /** Those that wake rules first. */
  readonly fields: readonly FieldLiterals[];
  /** By {@link literalKey}. */
  readonly numbers: ReadonlyMap<string, number>;
  /** By the number of a literal: the places of the expressions to try when it is there. */
  readonly wakes: readonly (readonly number[])[];
  /** The places of those that are tried always. */
  readonly always: readonly number[];
}

/** By field, by key. */
type Literals = Map<string, Map<string, NeededLiteral>>;

/**
 * Chooses for each expression literals that it cannot do without. Where a field has few, all are looked for: a test that
 * asks for no more is answered before it is asked.
 */
export function* literalTable(expressions: readonly Expression[]): Steps<LiteralTable> {
  const { exact, popularity } = yield* literalsIn(expressions);
  const wanted: Literals = new Map();
  for (const [field, literals] of exact)
    if (field !== '' && literals.size <= MANY) wanted.set(field, literals);
  const waking = new Map<string, number[]>();
  const always: number[] = [];
  for (const [place, need] of (yield* chosenNeeds(expressions, popularity)).entries()) {
    if (need === undefined) always.push(place);
    yield* each(need?.literals ?? NONE, (literal) => {
      const key = add(wanted, literal);
      const places = waking.get(key);
      if (places === undefined) waking.set(key, [place]);
      else places.push(place);
    });
  }
  return { ...(yield* numbered(wanted, waking)), always };
}

const NONE: readonly never[] = [];

function* numbered(
  wanted: Literals,
  waking: ReadonlyMap<string, readonly number[]>,
): Steps<Omit<LiteralTable, 'always'>> {
  const fields: FieldLiterals[] = [];
  const numbers = new Map<string, number>();
  const wakes: (readonly number[])[] = [];
  const all = [...wanted].map(([field, of]) => ({
    field,
    of,
    isWaking: [...of.keys()].some((key) => waking.has(key)),
  }));
  all.sort((a, b) => Number(b.isWaking) - Number(a.isWaking));
  for (const { field, of, isWaking } of all) {
    fields.push({ field, first: numbers.size, literals: [...of.values()], isWaking });
    yield* each(of.keys(), (key) => {
      numbers.set(key, numbers.size);
      wakes.push(waking.get(key) ?? NONE);
    });
  }
  return { fields, numbers, wakes };
}

/** Literals that are all that a test asks, and how many expressions name each of all literals. */
function* literalsIn(
  expressions: readonly Expression[],
): Steps<{ readonly exact: Literals; readonly popularity: ReadonlyMap<string, number> }> {
  const exact: Literals = new Map();
  const popularity = new Map<string, number>();
  for (const expression of expressions) {
    const own = new Set<string>();
    yield* each(testsIn(expression), (test) => {
      const literal = literalOf(test);
      if (literal !== undefined) own.add(literal.exact ? add(exact, literal) : literalKey(literal));
    });
    yield* each(own, (key) => popularity.set(key, (popularity.get(key) ?? 0) + 1));
  }
  return { exact, popularity };
}

function add(to: Literals, literal: NeededLiteral): string {
  const key = literalKey(literal);
  const known = to.get(literal.field);
  if (known === undefined) to.set(literal.field, new Map([[key, literal]]));
  else if (!known.has(key)) known.set(key, literal);
  return key;
}
