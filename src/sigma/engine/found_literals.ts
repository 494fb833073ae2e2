import { NumberStack } from './number_stack.ts';

/** Who is told which literals a record has, by their numbers. */
export interface LiteralSink {
  hit(literal: number): void;
}

/** The literals of a field that were found in a text, each once, by their numbers. */
export class FoundLiterals {
  readonly #first: number;
  readonly #isFound: Uint8Array;
  readonly #numbers: NumberStack;

  /** The numbers of the field's literals: `count` from `first` on. */
  constructor(first: number, count: number) {
    this.#first = first;
    this.#isFound = new Uint8Array(count);
    this.#numbers = new NumberStack(count);
  }

  has(literal: number): boolean {
    return this.#isFound[literal - this.#first] === 1;
  }

  add(literal: number): void {
    if (this.has(literal)) return;
    this.#isFound[literal - this.#first] = 1;
    this.#numbers.push(literal);
  }

  clear(): void {
    const numbers = this.#numbers;
    for (let i = 0; i < numbers.size; i++) this.#isFound[numbers.at(i) - this.#first] = 0;
    numbers.clear();
  }

  tell(sink: LiteralSink): void {
    for (let i = 0; i < this.#numbers.size; i++) sink.hit(this.#numbers.at(i));
  }

  list(): readonly number[] {
    return this.#numbers.size === 0 ? NONE : this.#numbers.list();
  }
}

/** Most values have none. */
const NONE: readonly number[] = [];
