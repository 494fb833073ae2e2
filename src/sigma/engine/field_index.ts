import { AhoCorasick, type Finder } from './aho_corasick.ts';
import type { Literal } from './pattern_matcher.ts';

/** Who is told which literals a text has, by their numbers. */
export interface LiteralSink {
  hit(literal: number): void;
}

const AT = { within: 0, start: 1, end: 2 } as const;

/**
 * All literals of the rules for one field. Whole values and base names (`\name.exe` at the end) are looked up;
 * everything else is found in one pass. Texts with characters outside ASCII have a pass of their own, made only for
 * values that have such characters.
 */
export class FieldIndex {
  readonly #whole = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #plain: Search | undefined;
  readonly #wide: Search | undefined;

  constructor(literals: readonly (Literal & { readonly number: number })[]) {
    const searched: (Literal & { readonly number: number })[] = [];
    for (const literal of literals) {
      if (literal.at === 'whole') this.#whole.set(literal.text, literal.number);
      else if (literal.at === 'end' && literal.text.lastIndexOf('\\') === 0) this.#names.set(literal.text, literal.number);
      else searched.push(literal);
    }
    const plain = searched.filter(({ text }) => isAscii(text));
    const wide = searched.filter(({ text }) => !isAscii(text));
    this.#plain = plain.length === 0 ? undefined : new Search(plain);
    this.#wide = wide.length === 0 ? undefined : new Search(wide);
  }

  /** Bytes of the automata. */
  get bytes(): number {
    return (this.#plain?.bytes ?? 0) + (this.#wide?.bytes ?? 0);
  }

  /** Tells of every literal that a value, in lower case, has. */
  scan(text: string, sink: LiteralSink): void {
    const whole = this.#whole.size === 0 ? undefined : this.#whole.get(text);
    if (whole !== undefined) sink.hit(whole);
    if (this.#names.size > 0) {
      const slash = text.lastIndexOf('\\');
      const name = slash < 0 ? undefined : this.#names.get(text.slice(slash));
      if (name !== undefined) sink.hit(name);
    }
    const wide = this.#plain === undefined ? !isAscii(text) : this.#plain.scan(text, sink);
    if (wide) this.#wide?.scan(text, sink);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** The pass over a value: an automaton, and what each of its texts means. */
class Search implements Finder {
  readonly #automaton: AhoCorasick;
  readonly #numbers: Int32Array;
  readonly #at: Uint8Array;
  readonly #lengths: Int32Array;
  #text = '';
  #sink: LiteralSink = { hit: () => {} };

  constructor(literals: readonly (Literal & { readonly number: number })[]) {
    this.#automaton = new AhoCorasick(literals.map(({ text }) => text));
    this.#numbers = Int32Array.from(literals, ({ number }) => number);
    this.#at = Uint8Array.from(literals, ({ at }) => (at === 'whole' ? AT.within : AT[at]));
    this.#lengths = Int32Array.from(literals, ({ text }) => text.length);
  }

  get bytes(): number {
    return this.#automaton.bytes + 9 * this.#numbers.length;
  }

  scan(text: string, sink: LiteralSink): boolean {
    this.#text = text;
    this.#sink = sink;
    return this.#automaton.scan(text, this);
  }

  found(literal: number, end: number): void {
    const at = this.#at[literal];
    if (at === AT.end && end !== this.#text.length) return;
    if (at === AT.start && end !== this.#lengths[literal]) return;
    this.#sink.hit(this.#numbers[literal] ?? 0);
  }
}
