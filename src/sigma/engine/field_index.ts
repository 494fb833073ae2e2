import type { Steps } from '../steps.ts';
import { GramSearch } from './gram_search.ts';
import type { Literal } from './pattern_matcher.ts';
import { ShortSearch } from './short_search.ts';

/** A literal by the number that a program knows it by. */
export interface NumberedLiteral extends Literal {
  readonly number: number;
}

/** Who is told which literals a value has, by their numbers. */
export interface LiteralSink {
  /** Whether it was told already of this record. */
  seen(literal: number): boolean;
  hit(literal: number): void;
}

const NONE: readonly NumberedLiteral[] = [];
/** Shorter texts have a search of their own. */
const GRAM = 4;
/** So few texts are sooner looked for one by one. */
const FEW = 4;

/**
 * All literals of the rules for one field. Whole values are looked up; beginnings and ends by their outermost
 * characters, ends of paths by the name behind the last backslash; what may stand anywhere is found in one pass.
 */
export class FieldIndex {
  readonly #whole = new Map<string, number>();
  readonly #starts = new EdgeIndex();
  readonly #ends = new EdgeIndex();
  readonly #names = new Map<string, NumberedLiteral[]>();
  #short: ShortSearch | undefined;
  #search: GramSearch | undefined;
  #few: readonly NumberedLiteral[] = NONE;

  private constructor() {}

  /** Indexes literals. */
  static *of(literals: readonly NumberedLiteral[]): Steps<FieldIndex> {
    const index = new FieldIndex();
    for (const literal of literals) {
      index.#add(literal);
      yield;
    }
    const within = literals.filter(({ at }) => at === 'within');
    const short = within.filter(({ text }) => text.length < GRAM);
    const long = within.filter(({ text }) => text.length >= GRAM);
    index.#short = short.length === 0 ? undefined : new ShortSearch(short);
    if (long.length <= FEW) index.#few = long;
    else index.#search = yield* GramSearch.of(long);
    return index;
  }

  /** Bytes of the tables of the search. */
  get bytes(): number {
    return this.#search?.bytes ?? 0;
  }

  /** Tells of every literal that a value, in lower case, has. */
  scan(text: string, sink: LiteralSink): void {
    const whole = this.#whole.size === 0 ? undefined : this.#whole.get(text);
    if (whole !== undefined) sink.hit(whole);
    if (this.#starts.size > 0) this.#scanStart(text, sink);
    if (this.#ends.size > 0) this.#scanEnd(text, sink);
    if (this.#names.size > 0) this.#scanName(text, sink);
    this.#short?.scan(text, sink);
    for (const { text: part, number } of this.#few) if (text.includes(part)) sink.hit(number);
    this.#search?.scan(text, sink);
  }

  #add(literal: NumberedLiteral): void {
    const { at, text, number } = literal;
    if (at === 'whole') this.#whole.set(text, number);
    else if (at === 'start') this.#starts.add(text.slice(0, GRAM), literal);
    else if (at === 'end') {
      const slash = text.lastIndexOf('\\');
      if (slash < 0) this.#ends.add(text.slice(-GRAM), literal);
      else add(this.#names, text.slice(slash), literal);
    }
  }

  #scanStart(text: string, sink: LiteralSink): void {
    for (const length of this.#starts.lengths) {
      for (const literal of this.#starts.get(text.slice(0, length))) {
        if (text.startsWith(literal.text)) sink.hit(literal.number);
      }
    }
  }

  #scanEnd(text: string, sink: LiteralSink): void {
    for (const length of this.#ends.lengths) {
      for (const literal of this.#ends.get(text.slice(-length))) {
        if (text.endsWith(literal.text)) sink.hit(literal.number);
      }
    }
  }

  #scanName(text: string, sink: LiteralSink): void {
    const slash = text.lastIndexOf('\\');
    if (slash < 0) return;
    for (const literal of this.#names.get(text.slice(slash)) ?? NONE) {
      if (text.endsWith(literal.text)) sink.hit(literal.number);
    }
  }
}

/** Literals by the first or last characters, four or as many as they have. */
class EdgeIndex {
  readonly #byEdge = new Map<string, NumberedLiteral[]>();
  readonly lengths: number[] = [];

  get size(): number {
    return this.#byEdge.size;
  }

  add(edge: string, literal: NumberedLiteral): void {
    if (!this.lengths.includes(edge.length)) this.lengths.push(edge.length);
    add(this.#byEdge, edge, literal);
  }

  get(edge: string): readonly NumberedLiteral[] {
    return this.#byEdge.get(edge) ?? NONE;
  }
}

function add(map: Map<string, NumberedLiteral[]>, key: string, literal: NumberedLiteral): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, [literal]);
  else before.push(literal);
}
