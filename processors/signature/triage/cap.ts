import type { LogRecord } from '../../../src/model/log_record.ts';
import { type DetectingRule, keyOf } from '../../../src/sigma/rule/documents.ts';
import { LEVELS, type Level } from '../../../src/sigma/rule/metadata.ts';
import { levelOf } from '../../../src/sigma/selection.ts';
import { RecentMap } from './recent_map.ts';
import { workloadOf } from './workload.ts';

/** What was held back in a minute. */
export interface Excess {
  /** The end of the minute, in milliseconds since 1970. */
  readonly end: number;
  readonly count: number;
  /** Of the gravest. */
  readonly level: Level;
  /** Counts by the rule's id. */
  readonly rules: ReadonlyMap<string, number>;
}

const MINUTE = 60_000;
/** Pairs of rule and workload that are remembered as told of. */
const MAX_PAIRS = 20_000;
/** Rules that an excess names; the others are in its count alone. */
const MAX_RULES = 100;

interface Minute {
  readonly start: number;
  told: number;
  count: number;
  level: Level;
  readonly rules: Map<string, number>;
}

function minuteFrom(start: number): Minute {
  return { start, told: 0, count: 0, level: 'informational', rules: new Map() };
}

/** Lets so many detections pass in a minute of the events' time; beyond it, only the first of a rule and workload. */
export class Cap {
  readonly #max: number;
  readonly #pairs = new RecentMap<{ isTold: boolean }>(MAX_PAIRS);
  #minute = minuteFrom(Number.NEGATIVE_INFINITY);
  #ended: Excess[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a detection is told. */
  admit(rule: DetectingRule, record: LogRecord, time: number): boolean {
    this.#advance(time);
    const minute = this.#minute;
    const pair = this.#pairs.of(JSON.stringify([keyOf(rule), workloadOf(record)]), () => ({ isTold: false }));
    if (minute.told >= this.#max && pair.isTold) {
      holdBack(minute, rule);
      return false;
    }
    pair.isTold = true;
    minute.told++;
    return true;
  }

  /** What was held back in minutes that are over at a time; each is given once. Without a time, of all. */
  take(time = Number.POSITIVE_INFINITY): readonly Excess[] {
    this.#advance(time);
    if (this.#ended.length === 0) return NOTHING;
    const ended = this.#ended;
    this.#ended = [];
    return ended;
  }

  #advance(time: number): void {
    const { start, count, level, rules } = this.#minute;
    // Either way: clocks are set back too.
    if (Math.abs(time - start) < MINUTE) return;
    if (count > 0) this.#ended.push({ end: start + MINUTE, count, level, rules });
    this.#minute = minuteFrom(time);
  }
}

const NOTHING: readonly Excess[] = Object.freeze([]);

function holdBack(minute: Minute, rule: DetectingRule): void {
  minute.count++;
  const level = levelOf(rule.metadata);
  if (LEVELS.indexOf(level) > LEVELS.indexOf(minute.level)) minute.level = level;
  const key = keyOf(rule);
  const before = minute.rules.get(key);
  if (before !== undefined || minute.rules.size < MAX_RULES) minute.rules.set(key, (before ?? 0) + 1);
}
