import type { LogRecord } from '../../model/log_record.ts';
import type { Logsource, LogsourceTable } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import type { Steps } from '../steps.ts';
import { compileProgram } from './compile_program.ts';
import type { Program } from './program.ts';
import { ScanMemory } from './remembered_scan.ts';
import type { RuleWorkDone } from './rule_work.ts';

/** A rule that a record met, and how its fields were read. */
export interface RuleMatch {
  readonly rule: SigmaRule;
  readonly source: Logsource;
}

/** What an engine did and what it takes. */
export interface EngineStats {
  /** Rules that can match; a rule may stand in several log sources. */
  readonly rules: number;
  /** Rules of log sources that no table knows. */
  readonly unknownLogsource: number;
  /** Rules that ask for a field that their records never have. */
  readonly impossible: number;
  /** Rules that are tried on every record of their log source. */
  readonly always: number;
  readonly literals: number;
  /** Bytes of the tables of literals. */
  readonly bytes: number;
  /** Seconds from begin to end of compiling, with what was done in between. */
  readonly compileTime: number;
  /** Records looked at, rules tried on them. */
  readonly records: number;
  readonly candidates: number;
}

/** All rules, compiled. Finds those that a record meets. */
export class SigmaEngine {
  readonly #byEvent = new Map<string, Program[]>();
  /** Of log sources whose records may have any name. */
  readonly #byKind: KindIndex[] = [];
  readonly #programs: Program[] = [];
  #unknownLogsource = 0;
  #compileTime = 0;
  readonly #found: SigmaRule[] = [];
  #records = 0;

  private constructor() {}

  /** Compiles rules: each once for each table that knows its log source. */
  static *of(rules: readonly SigmaRule[], tables: readonly LogsourceTable[]): Steps<SigmaEngine> {
    const engine = new SigmaEngine();
    yield* engine.#compile(rules, tables);
    return engine;
  }

  *#compile(rules: readonly SigmaRule[], tables: readonly LogsourceTable[]): Steps<void> {
    const start = performance.now();
    const known = new Set<SigmaRule>();
    const memory = new ScanMemory();
    for (const table of tables) {
      const anyName: Program[] = [];
      for (const [source, own] of yield* bySource(rules, table)) {
        for (const rule of own) known.add(rule);
        const program = yield* compileProgram(source, own, memory);
        this.#programs.push(program);
        if (source.eventNames === 'any') anyName.push(program);
        else for (const name of source.eventNames) push(this.#byEvent, name, program);
      }
      if (anyName.length > 0) this.#byKind.push(new KindIndex(table, anyName));
    }
    this.#unknownLogsource = rules.length - known.size;
    this.#compileTime = (performance.now() - start) / 1000;
  }

  /** The rules that a record meets, each once. Never throws for what a record holds. */
  match(record: LogRecord): readonly RuleMatch[] {
    this.#records++;
    const matches: RuleMatch[] = [];
    for (const program of this.#byEvent.get(record.eventName) ?? [])
      if (program.parts.source.accepts(record)) this.#run(program, record, matches);
    for (const kinds of this.#byKind) {
      for (const program of kinds.of(record)) this.#run(program, record, matches);
    }
    return matches;
  }

  #run(program: Program, record: LogRecord, matches: RuleMatch[]): void {
    this.#found.length = 0;
    program.match(record, this.#found);
    for (const rule of this.#found) {
      // Log sources may share records, and tables too.
      if (!matches.some((one) => one.rule === rule)) matches.push({ rule, source: program.parts.source });
    }
  }

  /** What each rule did, once for each log source that it stands in. */
  *work(): Generator<RuleWorkDone> {
    for (const { work } of this.#programs) yield* work.done();
  }

  get stats(): EngineStats {
    const sum = (of: (program: Program) => number) =>
      this.#programs.reduce((total, one) => total + of(one), 0);
    return {
      rules: sum(({ parts }) => parts.rules.length),
      unknownLogsource: this.#unknownLogsource,
      impossible: sum(({ parts }) => parts.impossible),
      always: sum(({ parts }) => parts.always.length),
      literals: sum(({ parts }) => parts.wakes.length),
      bytes: sum(({ parts }) => parts.bytes),
      compileTime: this.#compileTime,
      records: this.#records,
      candidates: sum(({ work }) => work.tried),
    };
  }
}

/** Kinds whose programs are kept; a stream of more is looked at anew. */
const MAX_KINDS = 4096;

/** The programs of a table by the kind of a record, where event names tell nothing. */
class KindIndex {
  readonly #table: LogsourceTable;
  readonly #programs: readonly Program[];
  readonly #known = new Map<string, readonly Program[]>();

  constructor(table: LogsourceTable, programs: readonly Program[]) {
    this.#table = table;
    this.#programs = programs;
  }

  of(record: LogRecord): readonly Program[] {
    if (this.#table.kindOf === undefined)
      return this.#programs.filter(({ parts }) => parts.source.accepts(record));
    const kind = this.#table.kindOf(record);
    if (kind === undefined) return NO_PROGRAMS;
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const own = this.#programs.filter(({ parts }) => parts.source.accepts(record));
    if (this.#known.size >= MAX_KINDS) this.#known.clear();
    this.#known.set(kind, own);
    return own;
  }
}

const NO_PROGRAMS: readonly Program[] = Object.freeze([]);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const before = map.get(key);
  if (before === undefined) map.set(key, [value]);
  else before.push(value);
}

function* bySource(rules: readonly SigmaRule[], table: LogsourceTable): Steps<Map<Logsource, SigmaRule[]>> {
  const sources = new Map<string, Logsource | undefined>();
  const out = new Map<Logsource, SigmaRule[]>();
  for (const rule of rules) {
    const { product = '', category = '', service = '' } = rule.logsource;
    const key = `${product}/${category}/${service}`;
    if (!sources.has(key)) {
      // A table may read a provider's catalogue for it.
      yield;
      sources.set(key, table.find(rule.logsource));
    }
    const source = sources.get(key);
    if (source !== undefined) push(out, source, rule);
  }
  return out;
}
