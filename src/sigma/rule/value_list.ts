import { parsePattern, plainText } from './pattern.ts';

/**
 * A list that rules name. Fields that are compared with all of it ask it while they run, so they know new values at
 * once. What was taken into rules as texts (parts of values, wildcards) is known when they are loaded again.
 */
export class ValueList {
  #values: readonly string[];
  #wildcards: readonly string[];
  #isInlined = false;
  // Made when first asked: most rules do not look at the case.
  #exact: ReadonlySet<string> | undefined;
  #lower: ReadonlySet<string> | undefined;

  /** Values as rules write them: with wildcards and escapes. */
  constructor(values: readonly string[]) {
    this.#values = values;
    this.#wildcards = values.filter(hasWildcard);
  }

  get size(): number {
    return this.#values.length;
  }

  /** Whether one of the values without wildcards is this text; not `cased`: the text is in lower case. */
  has(text: string, cased: boolean): boolean {
    if (cased) return (this.#exact ??= new Set(texts(this.#values))).has(text);
    return (this.#lower ??= new Set(texts(this.#values).map((one) => one.toLowerCase()))).has(text);
  }

  /** All values, for a rule that takes them in as texts. */
  inlined(): readonly string[] {
    this.#isInlined = true;
    return this.#values;
  }

  /** Those with wildcards, which {@link has} does not find. */
  get wildcards(): readonly string[] {
    return this.#wildcards;
  }

  /** Takes other values; true when rules that are loaded do not know all of them yet. */
  replace(values: readonly string[]): boolean {
    const { wildcards } = this;
    this.#values = values;
    this.#wildcards = values.filter(hasWildcard);
    this.#exact = undefined;
    this.#lower = undefined;
    return this.#isInlined || wildcards.length + this.#wildcards.length > 0;
  }
}

function hasWildcard(value: string): boolean {
  return /[*?]/.test(value) && plainText(parsePattern(value)) === undefined;
}

function texts(values: readonly string[]): string[] {
  return values.flatMap((value) => (/[*?\\]/.test(value) ? (plainText(parsePattern(value)) ?? []) : [value]));
}
