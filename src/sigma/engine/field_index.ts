import { each, type Steps } from '../steps.ts';
import { FoundLiterals } from './found_literals.ts';
import { GRAM, GramSearch } from './gram_search.ts';
import { type Literal, standsIn } from './pattern_matcher.ts';
import { isAscii, ShortSearch } from './short_search.ts';

/** A literal by the number that a program knows it by. */
export interface NumberedLiteral extends Literal {
  readonly number: number;
}

/** So few texts are sooner looked for one by one, */
const FEW = 4;
/** of short ones, which need a pass of their own, so few. */
const FEW_SHORT = 24;

/** All literals of the rules for one field: two passes over a value find those that it has, long and short ones. */
export class FieldIndex {
  /** Characters of the shortest literal. */
  readonly least: number;
  readonly #found: FoundLiterals;
  #few: readonly NumberedLiteral[] = [];
  #short: ShortSearch | undefined;
  #long: GramSearch | undefined;

  private constructor(least: number, found: FoundLiterals) {
    this.least = least;
    this.#found = found;
  }

  /** Indexes literals and numbers them from `first` on. */
  static *of(literals: readonly Literal[], first: number): Steps<FieldIndex> {
    const empty: NumberedLiteral[] = [];
    const ascii: NumberedLiteral[] = [];
    const wide: NumberedLiteral[] = [];
    const long: NumberedLiteral[] = [];
    let number = first;
    let least = Number.POSITIVE_INFINITY;
    yield* each(literals, ({ at, text }) => {
      const to = text.length >= GRAM ? long : text === '' ? empty : isAscii(text) ? ascii : wide;
      to.push({ at, text, number: number++ });
      least = Math.min(least, text.length);
    });
    const index = new FieldIndex(least, new FoundLiterals(first, literals.length));
    const isFew = ascii.length <= FEW_SHORT;
    // What is empty has no character to know it by.
    index.#few = [...empty, ...(isFew ? ascii : []), ...(long.length <= FEW ? long : [])];
    const others = isFew ? wide : [...ascii, ...wide];
    if (others.length > 0) index.#short = yield* ShortSearch.of(others);
    if (long.length > FEW) index.#long = yield* GramSearch.of(long);
    return index;
  }

  /** Bytes of the tables of the search. */
  get bytes(): number {
    return this.#long?.bytes ?? 0;
  }

  /** The literals that a value, in lower case, has; until the next call. */
  find(text: string): FoundLiterals {
    const found = this.#found;
    found.clear();
    for (const { at, text: part, number } of this.#few) if (standsIn(text, at, part)) found.add(number);
    this.#short?.find(text, found);
    this.#long?.find(text, found);
    return found;
  }
}
