import type { LogRecord } from '../../../src/model/log_record.ts';
import type { Exceptions } from '../../../src/sigma/exceptions/exceptions.ts';
import { type DetectingRule, keyOf } from '../../../src/sigma/rule/documents.ts';
import { Cap, type Excess } from './cap.ts';
import type { ThrottleConfig } from './config.ts';
import { Throttle } from './throttle.ts';

/** Why a detection was told to nobody. */
export const REASONS = ['exception', 'shadow', 'throttle', 'cap'] as const;
export type Reason = (typeof REASONS)[number];

/** What rules and exceptions say; others when they are loaded again. */
export interface TriageRules {
  readonly exceptions: Exceptions;
  /** Whether a rule is only counted. */
  readonly isShadow: (rule: DetectingRule) => boolean;
}

/** Decides which detections are told, and counts the others. */
export class Triage {
  readonly #throttle: Throttle | undefined;
  readonly #cap: Cap | undefined;
  readonly #withheld = new Map<Reason, number>(REASONS.map((reason) => [reason, 0]));
  #rules: TriageRules | undefined;

  /** `maxPerMinute`: 0 for no bound. */
  constructor(throttle: ThrottleConfig | undefined, maxPerMinute: number) {
    this.#throttle = throttle === undefined ? undefined : new Throttle(throttle);
    this.#cap = maxPerMinute === 0 ? undefined : new Cap(maxPerMinute);
  }

  /** Goes on with these; what was throttled stays so. */
  use(rules: TriageRules): void {
    this.#rules = rules;
  }

  /** Detections that were not told, by reason. */
  get withheld(): ReadonlyMap<Reason, number> {
    return this.#withheld;
  }

  /** Exceptions that hold back, and those that are over. */
  get exceptions(): Exceptions['counts'] {
    return this.#rules?.exceptions.counts ?? { running: 0, expired: 0 };
  }

  /** How many like it were held back since the last that was told; undefined: this one is not told. */
  judge(rule: DetectingRule, record: LogRecord): number | undefined {
    const time = timeOf(record);
    if (this.#rules?.exceptions.cover(rule, record) === true) return this.#withhold('exception');
    if (this.#rules?.isShadow(rule) === true) return this.#withhold('shadow');
    const heldBack = this.#throttle === undefined ? 0 : this.#throttle.admit(keyOf(rule), record, time);
    if (heldBack === undefined) return this.#withhold('throttle');
    return (this.#cap?.admit(rule, record, time) ?? true) ? heldBack : this.#withhold('cap');
  }

  /** What the cap held back in minutes that are over when a record is; each is given once. Without one, of all. */
  excess(record?: LogRecord): readonly Excess[] {
    return this.#cap?.take(record === undefined ? undefined : timeOf(record)) ?? [];
  }

  #withhold(reason: Reason): undefined {
    this.#withheld.set(reason, (this.#withheld.get(reason) ?? 0) + 1);
  }
}

function timeOf({ hrTime: [seconds, nanoseconds] }: LogRecord): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
