import type { LogRecord } from '../../model/log_record.ts';
import type { Logsource } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import type { Decisions, TestResults } from './decisions.ts';
import type { LiteralSink } from './found_literals.ts';
import { LazyScans } from './lazy_scans.ts';
import { NumberStack } from './number_stack.ts';
import type { ValueScan } from './remembered_scan.ts';
import { RuleWork } from './rule_work.ts';
import type { Slot } from './slot.ts';
import type { TestRunner } from './test_runner.ts';

/** A field that is looked through for literals. */
export interface FieldScan {
  readonly slot: Slot;
  readonly scan: ValueScan;
  /** The first of its literals. */
  readonly first: number;
  /** Its literals wake rules: it is looked through in every record, others when a rule asks. */
  readonly isWaking: boolean;
}

/** What a program is made of: rules by number, and tests by number, those that are literals first. */
export interface ProgramParts {
  readonly source: Logsource;
  readonly rules: readonly SigmaRule[];
  /** Rules that no record can meet, since it never has the fields they ask for. */
  readonly impossible: number;
  /** The fields that are looked through for literals, those of every record first. */
  readonly scans: readonly FieldScan[];
  /** For each literal, the rules to try when it is there. */
  readonly wakes: readonly (readonly number[])[];
  /** Rules that are tried on every record. */
  readonly always: readonly number[];
  /** The tests that are no literals. */
  readonly runners: readonly TestRunner[];
  readonly decisions: Decisions;
  /** For each rule, the first of its decisions. */
  readonly begins: readonly number[];
  /** Bytes of the tables of literals. */
  readonly bytes: number;
}

/** What is known of a test about the record that is looked at. */
const UNKNOWN = 0;
const FALSE = 1;
const TRUE = 2;

/**
 * All rules of one log source. A pass over each field finds the literals of all rules; a rule is tried when one of the
 * literals that it cannot do without is there. Other tests are run when a rule asks, each at most once for a record.
 */
export class Program implements LiteralSink, TestResults {
  readonly parts: ProgramParts;
  /** What each rule did. */
  readonly work: RuleWork;
  readonly #literals: number;
  readonly #eager: readonly FieldScan[];
  readonly #lazy: LazyScans;
  /** By test. Those that are not unknown are noted: few, of thousands. */
  readonly #results: Uint8Array;
  readonly #known: NumberStack;
  /** By rule, whether it is a candidate. */
  readonly #isWoken: Uint8Array;
  readonly #candidates: NumberStack;
  #record: LogRecord | undefined;

  constructor(parts: ProgramParts) {
    const { rules, scans, wakes, runners } = parts;
    this.parts = parts;
    this.work = new RuleWork(rules);
    this.#literals = wakes.length;
    this.#eager = scans.filter(({ isWaking }) => isWaking);
    this.#lazy = new LazyScans(scans.slice(this.#eager.length), wakes.length);
    this.#results = new Uint8Array(wakes.length + runners.length);
    this.#known = new NumberStack(wakes.length + runners.length);
    this.#isWoken = new Uint8Array(rules.length);
    this.#candidates = new NumberStack(rules.length);
  }

  /** Adds the rules that a record of this log source meets to `matches`. */
  match(record: LogRecord, matches: SigmaRule[]): void {
    this.#forget();
    this.#lazy.begin();
    this.#record = record;
    for (const { slot, scan } of this.#eager) scan.scan(slot.of(record), this);
    for (const rule of this.parts.always) this.#try(rule, matches);
    const candidates = this.#candidates;
    for (let i = 0; i < candidates.size; i++) this.#try(candidates.at(i), matches);
    // What it holds can be much, and the next one may come late.
    this.#record = undefined;
  }

  /** A literal is there: wakes the rules that need it. */
  hit(literal: number): void {
    if (this.#results[literal] !== UNKNOWN) return;
    this.#learn(literal, TRUE);
    for (const rule of this.parts.wakes[literal] ?? []) {
      if (this.#isWoken[rule] === 1) continue;
      this.#isWoken[rule] = 1;
      this.#candidates.push(rule);
    }
  }

  isTrue(test: number): boolean {
    const result = this.#results[test];
    if (result !== UNKNOWN) return result === TRUE;
    if (test >= this.#literals) return this.#run(test);
    return this.#look(test) && this.#results[test] === TRUE;
  }

  /** Looks through the field of a literal, where that was not done yet. */
  #look(literal: number): boolean {
    const record = this.#record;
    const field = this.#lazy.take(literal);
    if (record === undefined || field === undefined) return false;
    field.scan.scan(field.slot.of(record), this);
    return true;
  }

  #run(test: number): boolean {
    const record = this.#record;
    const isTrue = record !== undefined && this.parts.runners[test - this.#literals]?.(record) === true;
    this.#learn(test, isTrue ? TRUE : FALSE);
    return isTrue;
  }

  #learn(test: number, result: number): void {
    this.#results[test] = result;
    this.#known.push(test);
  }

  #forget(): void {
    const known = this.#known;
    for (let i = 0; i < known.size; i++) this.#results[known.at(i)] = UNKNOWN;
    known.clear();
    const candidates = this.#candidates;
    for (let i = 0; i < candidates.size; i++) this.#isWoken[candidates.at(i)] = 0;
    candidates.clear();
  }

  #try(number: number, matches: SigmaRule[]): void {
    const { rules, begins, decisions } = this.parts;
    const rule = rules[number];
    if (rule === undefined) return;
    const begun = this.work.begin(number);
    try {
      if (!decisions.isMet(begins[number] ?? 0, this)) return;
      this.work.matched(number);
      matches.push(rule);
    } catch (error) {
      // A defect of ours: it must not cost the record the other rules.
      this.work.failed(number, error);
    } finally {
      if (begun > 0) this.work.end(number, begun);
    }
  }
}
