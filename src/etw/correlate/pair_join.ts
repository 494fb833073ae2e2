import type { LogRecord } from '../../model/log_record.ts';
import { Held } from './hold_queue.ts';
import type { RecordForm } from './record_form.ts';

/** Which of the two a record is: the one whose record stays, or the one whose attributes are added to it. */
export type Side = 'main' | 'other';

/** What belongs together. */
export interface PairRule {
  /** How long the second may come after the first, microseconds of event time. */
  readonly window: number;
  /** What both have alike and no other pair at that time; undefined for a record that has no partner. */
  key(record: LogRecord): string | number | undefined;
  /** Whether two of one key are the same event. */
  fits(main: LogRecord, other: LogRecord): boolean;
  /** Both in one; `form` is that of main. */
  unite(main: LogRecord, other: LogRecord, form: RecordForm): LogRecord;
}

/** What became of a record: merged into one before it, waiting, or free to go on. */
export type Joined = 'merged' | Held | undefined;

/**
 * Joins two records that tell of the same event, whichever comes first. The first waits in its place. When
 * its kind has found no partner many times in a row (the other was not recorded), records stop waiting until
 * one of the other side is seen.
 */
export class PairJoin {
  readonly #rule: PairRule;
  /** The halves that wait, by key; as many as the queue holds at most. */
  readonly #pending = new Map<string | number, Half>();
  readonly #unanswered: Record<Side, number> = { main: 0, other: 0 };

  constructor(rule: PairRule) {
    this.#rule = rule;
  }

  /** Takes a record of a side at its event time. */
  add(record: LogRecord, form: RecordForm, side: Side, now: number): Joined {
    this.#unanswered[opposite(side)] = 0;
    const key = this.#rule.key(record);
    if (key === undefined) return undefined;
    const before = this.#pending.get(key);
    if (before !== undefined) {
      this.#pending.delete(key);
      const united = this.#unite(before, record, form, side, now);
      before.ready();
      if (united !== undefined) {
        before.record = united;
        this.#unanswered[side] = 0;
        return 'merged';
      }
      this.#unanswered[before.side]++;
    }
    if (this.#unanswered[side] >= PATIENCE) return undefined;
    const half = new Half(record, form, side, now + this.#rule.window, (alone) => {
      if (this.#pending.get(key) !== alone) return;
      this.#pending.delete(key);
      this.#unanswered[side]++;
    });
    this.#pending.set(key, half);
    return half;
  }

  /** Nothing later than `now` belongs to what is pending under a key. */
  end(key: string | number, now: number): void {
    const half = this.#pending.get(key);
    if (half !== undefined && half.deadline > now) half.deadline = now;
  }

  #unite(before: Half, record: LogRecord, form: RecordForm, side: Side, now: number): LogRecord | undefined {
    if (before.side === side || now > before.deadline) return undefined;
    const first = before.record;
    const [main, other] = side === 'main' ? [record, first] : [first, record];
    if (!this.#rule.fits(main, other)) return undefined;
    // In the place, so at the time, of the first.
    const { hrTime, hrTimeObserved } = first;
    return this.#rule
      .unite(main, other, side === 'main' ? form : before.form)
      .with({ hrTime, hrTimeObserved });
  }
}

/** Records of a side that may stay alone in a row before the next ones do not wait. */
const PATIENCE = 16;

class Half extends Held {
  record: LogRecord;
  readonly form: RecordForm;
  readonly side: Side;
  readonly #leaves: (half: Half) => void;

  constructor(
    record: LogRecord,
    form: RecordForm,
    side: Side,
    deadline: number,
    leaves: (half: Half) => void,
  ) {
    super(deadline);
    this.record = record;
    this.form = form;
    this.side = side;
    this.#leaves = leaves;
  }

  leave(): LogRecord {
    this.#leaves(this);
    return this.record;
  }
}

function opposite(side: Side): Side {
  return side === 'main' ? 'other' : 'main';
}
