import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import type { Timers } from './timers.ts';

/** A caller's batch of which records wait. */
export interface HeldBatch {
  open: number;
  readonly settle: () => void;
}

/** The records of one process that wait, in their order. */
export interface Group {
  readonly process: KnownProcess;
  /** The silo that the process is known to be in, where that is what it waits for. */
  silo: string | undefined;
  readonly records: LogRecord[];
  readonly batches: HeldBatch[];
  size: number;
  readonly stop: () => void;
}

/** Beside its texts, what a record takes about. */
const RECORD_SIZE = 512;

/** Records that wait, by their process; the process that waits longest is the first. */
export class Parking {
  readonly #groups = new Map<KnownProcess, Group>();
  readonly #wait: number;
  readonly #expire: (group: Group) => void;
  readonly #timers: Timers;
  records = 0;
  size = 0;

  /** `wait` in milliseconds; `expire` is called when a process has waited that long. */
  constructor(wait: number, expire: (group: Group) => void, timers: Timers) {
    this.#wait = wait;
    this.#expire = expire;
    this.#timers = timers;
  }

  has(process: KnownProcess): boolean {
    return this.records > 0 && this.#groups.has(process);
  }

  /** How many processes wait. */
  get processes(): number {
    return this.#groups.size;
  }

  /** All processes that wait; taking them out meanwhile is allowed. */
  groups(): Iterable<Group> {
    return this.#groups.values();
  }

  add(process: KnownProcess, record: LogRecord, batch: HeldBatch, silo: string | undefined): void {
    let group = this.#groups.get(process);
    if (group === undefined) {
      const made: Group = {
        process,
        silo,
        records: [],
        batches: [],
        size: 0,
        stop: this.#timers.after(this.#wait, () => this.#expire(made)),
      };
      group = made;
      this.#groups.set(process, made);
    }
    group.silo ??= silo;
    group.records.push(record);
    group.batches.push(batch);
    batch.open++;
    const size = sizeOf(record);
    group.size += size;
    this.size += size;
    this.records++;
  }

  /** Takes a process out. */
  remove(group: Group): void {
    group.stop();
    this.#groups.delete(group.process);
    this.records -= group.records.length;
    this.size -= group.size;
  }
}

function sizeOf({ own, body }: LogRecord): number {
  let size = RECORD_SIZE;
  for (const value of own.values) if (typeof value === 'string') size += 2 * value.length;
  return typeof body === 'string' ? size + 2 * body.length : size;
}
