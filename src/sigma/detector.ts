import type { HrTime } from '@opentelemetry/api';
import type { LogRecord } from '../model/log_record.ts';
import {
  type CorrelationImage,
  type CorrelationWork,
  Correlator,
  type CorrelatorStats,
} from './correlation/correlator.ts';
import type { CorrelationMatch } from './correlation/groups.ts';
import { type EngineStats, type RuleMatch, SigmaEngine } from './engine/engine.ts';
import type { RuleWorkDone } from './engine/rule_work.ts';
import { textsOf } from './engine/value.ts';
import type { LogsourceTable } from './logsource.ts';
import type { CodeRule, CorrelationRule, SigmaRule } from './rule/documents.ts';
import type { Linked } from './rule/link.ts';
import { isWanted, type Selection } from './selection.ts';
import type { Steps } from './steps.ts';

/** A rule that a record fired, or a correlation that it completed. */
export interface Detection {
  readonly rule: SigmaRule | CorrelationRule;
  /** The record that fired it; of a correlation, the last that took part. */
  readonly record: LogRecord;
  readonly correlation: CorrelationMatch<LogRecord> | undefined;
}

/** What a signature, a rule that is code, found. */
export interface CodeDetection {
  readonly rule: CodeRule;
  /** What it is about. */
  readonly record: LogRecord;
  /** The event's uid, where `record` was made again of what was kept of it. */
  readonly event: string | undefined;
  readonly evidence: 'observed' | 'inferred' | undefined;
  readonly data: Readonly<Record<string, string | number | boolean>> | undefined;
}

/** How rules are run. */
export interface DetectorOptions {
  readonly selection: Selection;
  /** Bytes that correlations may keep. */
  readonly correlationMemory: number;
  /** What a record is called in the lists of correlations. */
  readonly refOf: (record: LogRecord) => string;
}

/** Rules and correlations over a stream of records, in the order of time. */
export class Detector {
  readonly #engine: SigmaEngine;
  readonly #correlator: Correlator<LogRecord>;
  readonly #shown: ReadonlySet<SigmaRule | CorrelationRule>;
  readonly #refOf: (record: LogRecord) => string;
  #counted = 0;

  private constructor(
    engine: SigmaEngine,
    correlator: Correlator<LogRecord>,
    shown: ReadonlySet<SigmaRule | CorrelationRule>,
    refOf: (record: LogRecord) => string,
  ) {
    this.#engine = engine;
    this.#correlator = correlator;
    this.#shown = shown;
    this.#refOf = refOf;
  }

  /** Compiles rules and correlations. */
  static *of(
    linked: Linked,
    tables: readonly LogsourceTable[],
    { selection, correlationMemory, refOf }: DetectorOptions,
  ): Steps<Detector> {
    const correlations = wantedCorrelations(linked, selection);
    const used = new Set(correlations.flatMap(({ of }) => of));
    const rules = linked.rules.filter((rule) => used.has(rule) || isWanted(rule.metadata, selection));
    yield;
    const engine = yield* SigmaEngine.of(rules, tables);
    // What a correlation counts does not speak for itself, unless it says so.
    const silent = new Set(correlations.flatMap(({ rule, of }) => (rule.generate ? [] : of)));
    const all = [...rules, ...correlations.map(({ rule }) => rule)];
    const shown = new Set(all.filter((rule) => !silent.has(rule) && isWanted(rule.metadata, selection)));
    return new Detector(engine, new Correlator(correlations, correlationMemory), shown, refOf);
  }

  /**
   * Goes on in the place of another one, which must not be used any more: takes over what correlations of the same id
   * have counted, where what they count is the same.
   */
  succeed(before: Detector): void {
    this.#correlator.succeed(before.#correlator);
    this.#counted = before.#counted;
  }

  /** What correlations have counted, to go on with in another process. */
  images(): Iterable<CorrelationImage<LogRecord>> {
    return this.#correlator.images();
  }

  /** Goes on with a group of another process; false where its correlation is not there, or counts otherwise. */
  restore(image: CorrelationImage<LogRecord>): boolean {
    return this.#correlator.restore(image);
  }

  /** What each rule and correlation did since it was compiled; a rule once for each log source that it stands in. */
  *work(): Generator<RuleWorkDone | CorrelationWork> {
    yield* this.#engine.work();
    yield* this.#correlator.work();
  }

  /** Rules that may speak. */
  get rules(): number {
    return this.#shown.size;
  }

  /** Matches that correlations have counted so far. */
  get counted(): number {
    return this.#counted;
  }

  get engine(): EngineStats {
    return this.#engine.stats;
  }

  get correlations(): CorrelatorStats {
    return this.#correlator.stats;
  }

  /** What a record fires and completes. Changes the state of correlations, so each record is given once. */
  detect(record: LogRecord): readonly Detection[] {
    const detections: Detection[] = [];
    const time = millisecondsOf(record.hrTime);
    this.#tell(this.#correlator.advance(time), detections);
    for (const match of this.#engine.match(record)) {
      const { rule } = match;
      if (this.#shown.has(rule)) detections.push({ rule, record, correlation: undefined });
      if (!this.#correlator.concerns(rule)) continue;
      this.#counted++;
      const field = (name: string) => fieldText(match, record, name);
      const event = { rule, time, field, ref: this.#refOf(record), context: record };
      this.#tell(this.#correlator.feed(event), detections);
    }
    return detections;
  }

  #tell(matches: readonly CorrelationMatch<LogRecord>[], detections: Detection[]): void {
    for (const correlation of matches) {
      const { rule, context } = correlation;
      if (this.#shown.has(rule)) detections.push({ rule, record: context, correlation });
    }
  }
}

/** Those that are wanted, and those that they build on. */
function wantedCorrelations({ correlations }: Linked, selection: Selection): Linked['correlations'] {
  const needed = new Set<SigmaRule | CorrelationRule>();
  const kept = correlations.toReversed().filter(({ rule, of }) => {
    if (!needed.has(rule) && !isWanted(rule.metadata, selection)) return false;
    for (const one of of) needed.add(one);
    return true;
  });
  return kept.toReversed();
}

function fieldText({ source }: RuleMatch, record: LogRecord, name: string): string | undefined {
  const value = source.field(name)?.read(record);
  return value === undefined ? undefined : textsOf(value).join(',');
}

function millisecondsOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
