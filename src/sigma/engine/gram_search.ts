import type { Steps } from '../steps.ts';
import type { NumberedLiteral } from './field_index.ts';
import type { FoundLiterals } from './found_literals.ts';
import { standsAt } from './pattern_matcher.ts';

/** Characters of a gram: as many as fit into 32 bits by their low bytes. */
export const GRAM = 4;
/** A filter of more bits (16 KiB) would not stay in the processor's nearest cache. */
const MAX_FILTER_BITS = 17;
/** Grams of a text, from its beginning, of which one is chosen. */
const MAX_GRAMS = 1024;

/**
 * Finds which of many texts stand in another one, in one pass. Each text is known by one gram of it, four characters
 * that few others have; where a gram of the searched text is known, the texts behind it are compared there. Most
 * are not, and a filter tells.
 *
 * Measured beside Aho and Corasick's automaton, whose tables (80 MB for 19,000 literals) cost more in misses of the
 * processor's caches than comparing does. The time for a text is bounded by its length times the texts that share
 * a gram, which are kept few, and each is looked for only until it is found.
 */
export class GramSearch {
  readonly #shift: number;
  /** By the highest bits of a gram's hash, a bit: whether one of the grams has them. */
  readonly #filter: Uint8Array;
  readonly #filterShift: number;
  /** By the hash of a gram: 1 + the first of its texts, or 0. */
  readonly #heads: Int32Array;
  /** By text: its gram, where in it the gram begins, and 1 + the next text with the same hash. */
  readonly #grams: Int32Array;
  readonly #offsets: Int32Array;
  readonly #following: Int32Array;
  readonly #literals: readonly NumberedLiteral[];

  private constructor(literals: readonly NumberedLiteral[]) {
    this.#literals = literals;
    const bits = Math.min(20, Math.max(8, Math.ceil(Math.log2(literals.length)) + 3));
    this.#shift = 32 - bits;
    const filterBits = Math.min(MAX_FILTER_BITS, bits + 2);
    this.#filterShift = 32 - filterBits;
    this.#filter = new Uint8Array(2 ** (filterBits - 3));
    this.#heads = new Int32Array(2 ** bits);
    this.#grams = new Int32Array(literals.length);
    this.#offsets = new Int32Array(literals.length);
    this.#following = new Int32Array(literals.length);
  }

  /** `literals`: each has at least four characters. */
  static *of(literals: readonly NumberedLiteral[]): Steps<GramSearch> {
    const search = new GramSearch(literals);
    const counts = new GramCounts(Math.min(20, 36 - search.#shift));
    for (const { text } of literals) {
      counts.add(text);
      yield;
    }
    for (const [i, { text }] of literals.entries()) {
      search.#enter(i, counts.rarestIn(text));
      yield;
    }
    return search;
  }

  /** Bytes of the tables. */
  get bytes(): number {
    return this.#filter.length + 4 * (this.#heads.length + 3 * this.#grams.length);
  }

  /** Adds those that a text has. */
  find(text: string, found: FoundLiterals): void {
    const filter = this.#filter;
    const shift = this.#filterShift;
    let gram = 0;
    for (let i = 0; i < text.length; i++) {
      gram = (gram << 8) | (text.charCodeAt(i) & 0xff);
      const hash = Math.imul(gram, GOLDEN);
      const bit = hash >>> shift;
      if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const head = this.#heads[hash >>> this.#shift] ?? 0;
      if (head > 0) this.#compare(head - 1, gram, text, i - GRAM + 1, found);
    }
  }

  #compare(first: number, gram: number, text: string, at: number, found: FoundLiterals): void {
    for (let i = first; i >= 0; i = (this.#following[i] ?? 0) - 1) {
      if (this.#grams[i] !== gram) continue;
      const literal = this.#literals[i];
      if (literal === undefined || found.has(literal.number)) continue;
      if (standsAt(text, literal, at - (this.#offsets[i] ?? 0))) found.add(literal.number);
    }
  }

  #enter(i: number, offset: number): void {
    const gram = gramAt(this.#literals[i]?.text ?? '', offset);
    const hash = Math.imul(gram, GOLDEN);
    const head = hash >>> this.#shift;
    const bit = hash >>> this.#filterShift;
    this.#filter[bit >>> 3] = (this.#filter[bit >>> 3] ?? 0) | (1 << (bit & 7));
    this.#grams[i] = gram;
    this.#offsets[i] = offset;
    this.#following[i] = this.#heads[head] ?? 0;
    this.#heads[head] = i + 1;
  }
}

/** 2^32 divided by the golden ratio: spreads what it multiplies over the high bits. */
const GOLDEN = 0x9e3779b1;

function gramAt(text: string, offset: number): number {
  let gram = 0;
  for (let i = offset; i < offset + GRAM; i++) gram = (gram << 8) | (text.charCodeAt(i) & 0xff);
  return gram;
}

/** How often grams stand in texts: those that stand in many are common elsewhere too. Those of one hash are counted together. */
class GramCounts {
  readonly #counts: Uint32Array;
  readonly #shift: number;

  /** `bits` of a gram's hash tell grams apart. */
  constructor(bits: number) {
    this.#counts = new Uint32Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  add(text: string): void {
    for (let offset = 0; offset < gramsOf(text); offset++) {
      const place = this.#place(text, offset);
      this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    }
  }

  /** Where in a text its rarest gram begins. */
  rarestIn(text: string): number {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let offset = 0; offset < gramsOf(text); offset++) {
      const count = this.#counts[this.#place(text, offset)] ?? 0;
      if (count >= least) continue;
      best = offset;
      least = count;
    }
    return best;
  }

  #place(text: string, offset: number): number {
    return Math.imul(gramAt(text, offset), GOLDEN) >>> this.#shift;
  }
}

function gramsOf(text: string): number {
  return Math.min(MAX_GRAMS, text.length - GRAM + 1);
}
