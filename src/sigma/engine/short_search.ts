import { each, type Steps } from '../steps.ts';
import type { NumberedLiteral } from './field_index.ts';
import type { FoundLiterals } from './found_literals.ts';
import { standsAt, standsIn } from './pattern_matcher.ts';

/**
 * Finds texts of one to three characters. Those of ASCII are known by their first two, single characters by a look
 * for each; those with other characters by the last of these, so that values of ASCII alone, nearly all, cost nothing
 * for them.
 */
export class ShortSearch {
  readonly #single: NumberedLiteral[] = [];
  /** By two characters, each below 128: 1 + the place in `#pairLists`, or 0. */
  readonly #pairs = new Uint16Array(1 << 14);
  readonly #pairLists: NumberedLiteral[][] = [];
  readonly #wide = new Map<number, { readonly literal: NumberedLiteral; readonly offset: number }[]>();

  /** `literals`: each has one to three characters. */
  static *of(literals: readonly NumberedLiteral[]): Steps<ShortSearch> {
    const search = new ShortSearch();
    yield* each(literals, (literal) => search.#add(literal));
    return search;
  }

  /** Adds those that a text has. */
  find(text: string, found: FoundLiterals): void {
    if (this.#pairLists.length === 0 && this.#single.length === 0 && isAscii(text)) return;
    for (const { at, text: part, number } of this.#single) if (standsIn(text, at, part)) found.add(number);
    let before = 128;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code < 128) {
        const list = before < 128 ? (this.#pairs[(before << 7) | code] ?? 0) : 0;
        if (list > 0) compare(this.#pairLists[list - 1] ?? [], text, i - 1, found);
      } else {
        for (const { literal, offset } of this.#wide.get(code) ?? []) {
          if (standsAt(text, literal, i - offset)) found.add(literal.number);
        }
      }
      before = code;
    }
  }

  #add(literal: NumberedLiteral): void {
    const { text } = literal;
    const offset = lastWide(text);
    if (offset >= 0) push(this.#wide, text.charCodeAt(offset), { literal, offset });
    else if (text.length === 1) this.#single.push(literal);
    else this.#addPair((text.charCodeAt(0) << 7) | text.charCodeAt(1), literal);
  }

  #addPair(pair: number, literal: NumberedLiteral): void {
    let list = this.#pairs[pair] ?? 0;
    if (list === 0) {
      list = this.#pairLists.push([]);
      this.#pairs[pair] = list;
    }
    this.#pairLists[list - 1]?.push(literal);
  }
}

const WIDE = /[\u0080-\uffff]/;

/** Whether all its characters are of ASCII. */
export function isAscii(text: string): boolean {
  return !WIDE.test(text);
}

function compare(
  literals: readonly NumberedLiteral[],
  text: string,
  begin: number,
  found: FoundLiterals,
): void {
  for (const literal of literals) {
    if (!found.has(literal.number) && standsAt(text, literal, begin)) found.add(literal.number);
  }
}

function lastWide(text: string): number {
  for (let i = text.length - 1; i >= 0; i--) if (text.charCodeAt(i) > 127) return i;
  return -1;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, [value]);
  else before.push(value);
}
