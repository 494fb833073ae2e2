import type { Detector } from './detector.ts';
import { type DetectingRule, keyOf } from './rule/documents.ts';
import type { Level } from './rule/metadata.ts';
import { levelOf } from './selection.ts';
import { each, finished, type Steps } from './steps.ts';

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
  #before: Totals = new Map();
  /** The set before, while what it did is being added up. */
  #ending: Steps<Totals> | undefined;

  /** Every rule of the running set. */
  of(detector: Detector): Totals {
    this.#settle();
    return finished(this.#sum(detector));
  }

  /**
   * A set of rules ends, and must do nothing any more. What they did is remembered until the next one ends; of those it does not
   * have, forgotten then. It is added up in the steps that are returned, or at once where somebody asks before.
   */
  ended(detector: Detector): Steps<void> {
    this.#settle();
    const ending = this.#sum(detector);
    this.#ending = ending;
    return this.#goOn(ending);
  }

  *#goOn(ending: Steps<Totals>): Steps<void> {
    while (this.#ending === ending) {
      const step = ending.next();
      if (step.done === true) this.#end(step.value);
      else yield;
    }
  }

  #settle(): void {
    if (this.#ending !== undefined) this.#end(finished(this.#ending));
  }

  #end(before: Totals): void {
    this.#before = before;
    this.#ending = undefined;
  }

  *#sum(detector: Detector): Steps<Totals> {
    const out = new Map<string, RuleStatistics>();
    yield* each(detector.work(), (work) => {
      const id = keyOf(work.rule);
      out.set(id, sum(out.get(id) ?? this.#before.get(id) ?? none(id, work.rule), work));
    });
    return out;
  }
}

type Totals = ReadonlyMap<string, RuleStatistics>;

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
