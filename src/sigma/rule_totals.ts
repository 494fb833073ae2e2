import type { Detector } from './detector.ts';
import { type DetectingRule, keyOf } from './rule/documents.ts';
import type { Level } from './rule/metadata.ts';
import { levelOf } from './selection.ts';

/** What a rule did since Sigel started, whatever set of rules it stood in. */
export interface RuleStatistics {
  /** Its id, else its name, else its place. */
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** Records that it was tried on; of a correlation, the matches that it counted. */
  readonly evaluations: number;
  readonly matches: number;
  /** Seconds that trying took, estimated from samples; of a correlation, 0. */
  readonly time: number;
  /** How often trying it failed, which is a defect. */
  readonly errors: number;
  readonly lastError: string | undefined;
}

/** Adds up what rules do over sets of rules that follow each other. */
export class RuleTotals {
  #before: ReadonlyMap<string, RuleStatistics> = new Map();

  /** Every rule of the running set. */
  of(detector: Detector): ReadonlyMap<string, RuleStatistics> {
    const out = new Map<string, RuleStatistics>();
    for (const work of detector.work()) {
      const id = keyOf(work.rule);
      out.set(id, sum(out.get(id) ?? this.#before.get(id) ?? none(id, work.rule), work));
    }
    return out;
  }

  /** A set of rules ends. What they did is remembered until the next one ends; of those it does not have, forgotten then. */
  ended(detector: Detector): void {
    this.#before = this.of(detector);
  }
}

type Work = Pick<RuleStatistics, 'evaluations' | 'matches'> &
  Partial<Pick<RuleStatistics, 'time' | 'errors' | 'lastError'>>;

function sum(one: RuleStatistics, work: Work): RuleStatistics {
  return {
    ...one,
    evaluations: one.evaluations + work.evaluations,
    matches: one.matches + work.matches,
    time: one.time + (work.time ?? 0),
    errors: one.errors + (work.errors ?? 0),
    lastError: work.lastError ?? one.lastError,
  };
}

function none(id: string, { metadata }: DetectingRule): RuleStatistics {
  const level = levelOf(metadata);
  return {
    id,
    title: metadata.title,
    level,
    evaluations: 0,
    matches: 0,
    time: 0,
    errors: 0,
    lastError: undefined,
  };
}
