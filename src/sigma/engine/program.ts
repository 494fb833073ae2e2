import type { LogRecord } from '../../model/log_record.ts';
import type { Logsource } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import { type Expression, type Test, testsIn, testText } from '../rule/expression.ts';
import type { Steps } from '../steps.ts';
import { FieldIndex, type LiteralSink } from './field_index.ts';
import { literalKey, literalOf, type Need, type NeededLiteral, needOf } from './needs.ts';
import { plainScan, RememberedScan, type ScanMemory, type ValueScan } from './remembered_scan.ts';
import { RuleWork } from './rule_work.ts';
import { simplified } from './simplify.ts';
import { Slot } from './slot.ts';
import { type TestRunner, testRunner } from './test_runner.ts';

/** An expression made ready: literals by number, other tests by number, each run at most once for a record. */
type Node =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Node[] }
  | { readonly kind: 'not'; readonly of: Node }
  | { readonly kind: 'literal'; readonly number: number }
  | { readonly kind: 'run'; readonly number: number };

/** What a program did and is. */
export interface ProgramStats {
  readonly rules: number;
  /** Rules that no record can meet, since it never has the fields they ask for. */
  readonly impossible: number;
  /** Rules that are tried on every record. */
  readonly always: number;
  readonly literals: number;
  /** Bytes of the tables of literals. */
  readonly bytes: number;
}

/**
 * All rules of one log source. A pass over each indexed field finds the literals of all rules; a rule is tried when
 * one of the literals that it cannot do without is there.
 */
export class Program implements LiteralSink {
  readonly source: Logsource;
  readonly #memory: ScanMemory;
  readonly #slots = new Map<string, Slot>();
  readonly #indexes: (readonly [slot: Slot, index: FieldIndex, scan: ValueScan])[] = [];
  readonly #rules: (readonly [rule: SigmaRule, node: Node])[] = [];
  readonly #always: number[] = [];
  /** For each literal, the rules to try when it is there. */
  readonly #wakes: number[][] = [];
  readonly #runners: TestRunner[] = [];
  readonly #runnerNumbers = new Map<string, number>();
  /** The record, by its number, for which a literal was seen, a rule woken, a test run. */
  #literalSeen = new Float64Array(0);
  #ruleSeen = new Float64Array(0);
  #testRun = new Float64Array(0);
  #testResult = new Uint8Array(0);
  #now = 0;
  readonly #candidates: number[] = [];
  #impossible = 0;
  #work = new RuleWork([]);

  private constructor(source: Logsource, memory: ScanMemory) {
    this.source = source;
    this.#memory = memory;
  }

  /** Compiles `rules`, which are all of this log source. */
  static *of(source: Logsource, rules: readonly SigmaRule[], memory: ScanMemory): Steps<Program> {
    const program = new Program(source, memory);
    yield* program.#compile(rules);
    return program;
  }

  *#compile(rules: readonly SigmaRule[]): Steps<void> {
    const possible: (readonly [SigmaRule, Expression])[] = [];
    for (const rule of rules) {
      possible.push(...this.#possible(rule));
      yield;
    }
    this.#impossible = rules.length - possible.length;
    const numbers = yield* this.#index(possible);
    for (const [rule, expression] of possible) {
      this.#rules.push([rule, this.#node(expression, numbers)]);
      yield;
    }
    this.#literalSeen = new Float64Array(this.#wakes.length);
    this.#ruleSeen = new Float64Array(this.#rules.length);
    this.#testRun = new Float64Array(this.#runners.length);
    this.#testResult = new Uint8Array(this.#runners.length);
    this.#work = new RuleWork(possible.map(([rule]) => rule));
  }

  /** What each rule did. */
  get work(): RuleWork {
    return this.#work;
  }

  get stats(): ProgramStats {
    return {
      rules: this.#rules.length,
      impossible: this.#impossible,
      always: this.#always.length,
      literals: this.#wakes.length,
      bytes: this.#indexes.reduce((sum, [, index]) => sum + index.bytes, 0),
    };
  }

  /** Adds the rules that a record of this log source meets to `matches`. */
  match(record: LogRecord, matches: SigmaRule[]): void {
    this.#now++;
    this.#candidates.length = 0;
    for (const [slot, , scan] of this.#indexes) {
      const texts = slot.texts(record);
      for (let i = 0; i < texts.length; i++)
        scan.scan(texts[i] ?? '', () => slot.lower(record)[i] ?? '', this);
    }
    for (const rule of this.#always) this.#try(rule, record, matches);
    for (const rule of this.#candidates) this.#try(rule, record, matches);
  }

  seen(literal: number): boolean {
    return this.#literalSeen[literal] === this.#now;
  }

  /** A literal is there: wakes the rules that need it. */
  hit(literal: number): void {
    if (this.#literalSeen[literal] === this.#now) return;
    this.#literalSeen[literal] = this.#now;
    for (const rule of this.#wakes[literal] ?? []) {
      if (this.#ruleSeen[rule] === this.#now) continue;
      this.#ruleSeen[rule] = this.#now;
      this.#candidates.push(rule);
    }
  }

  #try(number: number, record: LogRecord, matches: SigmaRule[]): void {
    const rule = this.#rules[number];
    if (rule === undefined) return;
    const begun = this.#work.begin(number);
    try {
      if (!this.#holds(rule[1], record)) return;
      this.#work.matched(number);
      matches.push(rule[0]);
    } catch (error) {
      // A defect of ours: it must not cost the record the other rules.
      this.#work.failed(number, error);
    } finally {
      if (begun > 0) this.#work.end(number, begun);
    }
  }

  #holds(node: Node, record: LogRecord): boolean {
    switch (node.kind) {
      case 'literal':
        return this.#literalSeen[node.number] === this.#now;
      case 'run':
        return this.#run(node.number, record);
      case 'not':
        return !this.#holds(node.of, record);
      case 'and':
        for (const one of node.of) if (!this.#holds(one, record)) return false;
        return true;
      case 'or':
        for (const one of node.of) if (this.#holds(one, record)) return true;
        return false;
    }
  }

  #run(number: number, record: LogRecord): boolean {
    if (this.#testRun[number] !== this.#now) {
      this.#testRun[number] = this.#now;
      this.#testResult[number] = this.#runners[number]?.(record) === true ? 1 : 0;
    }
    return this.#testResult[number] === 1;
  }

  #possible(rule: SigmaRule): (readonly [rule: SigmaRule, expression: Expression])[] {
    const left = simplified(rule.expression, (field) => this.source.field(field) !== undefined);
    if (left === false) return [];
    return [[rule, left === true ? { kind: 'and', of: [] } : left]];
  }

  /** Chooses each rule's literals and indexes them; their numbers by key. */
  *#index(rules: readonly (readonly [SigmaRule, Expression])[]): Steps<ReadonlyMap<string, number>> {
    const popularity = yield* popularityIn(rules);
    const numbers = new Map<string, number>();
    const byField = new Map<string, (NeededLiteral & { readonly number: number })[]>();
    for (const [rule, [, expression]] of rules.entries()) {
      const need: Need | undefined = needOf(expression, popularity);
      if (need === undefined) this.#always.push(rule);
      for (const literal of need?.literals ?? []) {
        const key = literalKey(literal);
        let number = numbers.get(key);
        if (number === undefined) {
          number = this.#wakes.push([]) - 1;
          numbers.set(key, number);
          const list = byField.get(literal.field) ?? [];
          list.push({ ...literal, number });
          byField.set(literal.field, list);
        }
        this.#wakes[number]?.push(rule);
      }
      yield;
    }
    for (const [field, literals] of byField) {
      const index = yield* FieldIndex.of(literals);
      // Keywords are looked for in all texts, times and ids among them.
      const scan = field === '' ? plainScan(index) : new RememberedScan(index, this.#memory);
      this.#indexes.push([this.#slot(field), index, scan]);
    }
    return numbers;
  }

  #node(expression: Expression, literals: ReadonlyMap<string, number>): Node {
    switch (expression.kind) {
      case 'test':
        return this.#testNode(expression.test, literals);
      case 'not':
        return { kind: 'not', of: this.#node(expression.of, literals) };
      default: {
        const of = expression.of.map((one) => this.#node(one, literals));
        // What is known already decides before anything has to be run.
        return { kind: expression.kind, of: of.sort((a, b) => effort(a) - effort(b)) };
      }
    }
  }

  #testNode(test: Test, literals: ReadonlyMap<string, number>): Node {
    const literal = literalOf(test);
    const indexed = literal?.exact === true ? literals.get(literalKey(literal)) : undefined;
    if (indexed !== undefined) return { kind: 'literal', number: indexed };
    const key = testText(test);
    let number = this.#runnerNumbers.get(key);
    if (number === undefined) {
      number = this.#runners.push(testRunner(test, (field) => this.#slot(field))) - 1;
      this.#runnerNumbers.set(key, number);
    }
    return { kind: 'run', number };
  }

  #slot(field: string): Slot {
    let slot = this.#slots.get(field);
    if (slot === undefined) {
      slot = new Slot(this.source, field);
      this.#slots.set(field, slot);
    }
    return slot;
  }
}

function* popularityIn(
  rules: readonly (readonly [SigmaRule, Expression])[],
): Steps<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const [, expression] of rules) {
    const own = new Set<string>();
    for (const test of testsIn(expression)) {
      const literal = literalOf(test);
      if (literal !== undefined) own.add(literalKey(literal));
    }
    for (const key of own) counts.set(key, (counts.get(key) ?? 0) + 1);
    yield;
  }
  return counts;
}

function effort(node: Node): number {
  switch (node.kind) {
    case 'literal':
      return 0;
    case 'run':
      return 2;
    case 'not':
      return effort(node.of) + 0.5;
    default:
      return 1 + node.of.reduce((sum, one) => sum + effort(one), 0);
  }
}
