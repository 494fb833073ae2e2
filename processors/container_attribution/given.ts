import type { LogRecord } from '../../src/model/log_record.ts';
import type { AttributionCounts } from '../../src/telemetry/attribution_metrics.ts';
import type { Fate } from './decisions.ts';
import type { HeldBatch } from './parking.ts';

/** Why a record is left out: its container is not selected, it is the node's and those are not wanted, or noise. */
export type Reason = 'container' | 'host' | 'noise';

/** What goes on of a batch, how it was found, and what is left out. */
export class Given {
  readonly records: LogRecord[] = [];
  /** The callers' batches of records that had waited, once for each. */
  readonly batches: HeldBatch[] = [];
  readonly #found = new Map<string, number>();
  /** Most of a batch is found as the record before it: those of one run are counted together. */
  #last: string | undefined;
  #run = 0;
  readonly #leftOut = new Map<Reason, number>();
  /** How many records are left out. */
  leftOut = 0;

  /** A record goes on or not. */
  take(record: LogRecord, fate: Fate): void {
    if (fate.kind === 'left_out') {
      this.leftOut++;
      add(this.#leftOut, fate.reason, 1);
      return;
    }
    this.records.push(fate.common === record.common ? record : record.in(fate.common));
    if (fate.how !== this.#last) this.#endRun(fate.how);
    this.#run++;
  }

  #endRun(next: string | undefined): void {
    if (this.#last !== undefined) add(this.#found, this.#last, this.#run);
    this.#last = next;
    this.#run = 0;
  }

  /** Counts what went on by how it was found. */
  countFound(counts: AttributionCounts): void {
    this.#endRun(undefined);
    for (const [how, count] of this.#found) {
      if (how === 'unresolved') counts.unresolved += count;
      else add(counts.attributed, how, count);
    }
  }

  /** Counts what was left out by reason. */
  countLeftOut(counts: AttributionCounts): void {
    for (const [reason, count] of this.#leftOut) add(counts.excluded, reason, count);
  }
}

function add<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
