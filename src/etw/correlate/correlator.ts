import type { AttributeBlock } from '../../model/attribute_set.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Account } from '../../telemetry/ledger.ts';
import { type Handler, Handlers } from './handlers.ts';
import { eventTime, HoldQueue } from './hold_queue.ts';

/** What a {@link Correlator} needs. */
export interface CorrelatorOptions {
  /**
   * The receiver's page in the ledger. Whoever calls `add` has counted the record as queued; one that is
   * merged goes from there to merged here.
   */
  readonly account: Account;
  /** Records that may wait at once. Default 10,000. */
  readonly maxHeldRecords?: number;
  /** Bytes of events whose records may wait at once. Default 32 MiB. */
  readonly maxHeldBytes?: number;
  /** A defect of ours in a record, which goes on as it came. */
  readonly onDefect?: (record: LogRecord, error: unknown) => void;
  /** The host's volumes, where the system can be asked: `HarddiskVolume3` -> `C:`. */
  readonly volumes?: ReadonlyMap<string, string>;
}

/**
 * The stage behind the mapper: joins records that tell of the same event, and completes records with what
 * others told before (paths behind addresses, the view of the process that acts). One for each host and boot,
 * fed in order of time; what it gives is in the same order.
 */
export class Correlator {
  readonly #account: Account;
  readonly #handlers: Handlers;
  readonly #queue: HoldQueue;
  readonly #onDefect: CorrelatorOptions['onDefect'];
  #lastBlock: AttributeBlock | undefined;
  #lastHandler: Handler | undefined;

  constructor(options: CorrelatorOptions) {
    this.#account = options.account;
    this.#onDefect = options.onDefect;
    this.#handlers = new Handlers(options.volumes);
    this.#queue = new HoldQueue({
      records: options.maxHeldRecords ?? 10_000,
      bytes: options.maxHeldBytes ?? 32 * 1024 * 1024,
    });
  }

  /** Records held back now. */
  get held(): number {
    return this.#queue.length;
  }

  /** The host's volumes as they are now; a letter may have moved to another device. */
  learnVolumes(volumes: ReadonlyMap<string, string>): void {
    this.#handlers.learnVolumes(volumes);
  }

  /**
   * Forgets what was learnt of open files and keys: events that would have taken names back were not there, and a wrong path is
   * worse than none.
   */
  forgetNames(): void {
    this.#handlers.forgetNames();
  }

  /**
   * Takes the next record; `size` is that of its event, in bytes. `out` gets what can go on: this record or
   * others before it, any number of them.
   */
  add(record: LogRecord, out: LogRecord[], size = 0): void {
    const handler = this.#handlerOf(record);
    const queue = this.#queue;
    if (handler === undefined) {
      if (queue.length > 0) queue.drain(eventTime(record), out);
      queue.push(record, size, out);
      return;
    }
    const now = eventTime(record);
    queue.drain(now, out);
    const joined = this.#take(handler, record, now);
    if (joined === 'merged') {
      this.#account.merged++;
      this.#account.queued--;
      // What it was merged into need not wait any more.
      queue.drain(now, out);
    } else queue.push(joined, size, out);
  }

  /** Lets go what waits for events before `seconds` since 1970: for a live session, in which no event may come. */
  expire(seconds: number, out: LogRecord[]): void {
    this.#queue.drain(seconds * 1e6, out);
  }

  /** Lets go everything that waits. */
  flush(out: LogRecord[]): void {
    this.#queue.drain(Number.POSITIVE_INFINITY, out);
  }

  #take(handler: Handler, record: LogRecord, now: number): ReturnType<Handler['take']> {
    try {
      return handler.take(record, now);
    } catch (error) {
      this.#onDefect?.(record, error);
      return record;
    }
  }

  // Records of one event share the block of its schema's facts, and events come in runs.
  #handlerOf(record: LogRecord): Handler | undefined {
    const block = record.blocks[0];
    if (block === this.#lastBlock) return this.#lastHandler;
    this.#lastBlock = block;
    this.#lastHandler = block === undefined ? undefined : this.#handlers.of(block, record);
    return this.#lastHandler;
  }
}
