import type { ComponentContext, LogsConsumer } from '../component.ts';
import { Correlator, type CorrelatorOptions } from '../etw/correlate/correlator.ts';
import type { EventView } from '../etw/event_view.ts';
import type { RecordMapper } from '../etw/record_mapper.ts';
import { named } from '../model/event_uid.ts';
import type { LogRecord } from '../model/log_record.ts';
import type { Outcome } from '../model/outcome.ts';
import { offer } from '../pipeline/offer.ts';
import type { Positions } from './positions.ts';
import { Window } from './window.ts';

/** How events become batches on their way. */
export interface EmitterOptions {
  readonly context: ComponentContext;
  /** Undefined where no pipeline wants logs: what is read is counted and dropped here. */
  readonly next: LogsConsumer | undefined;
  /** Records handed on at a time. */
  readonly batchSize: number;
  /** Bytes of events that may be on their way at once, or what several emitters share of them. */
  readonly maxInFlight: number | Window;
  /** Whether every record gets its uid, {@link recordUid}. */
  readonly recordUid: boolean;
  /** Ends re-offering: the shutdown's deadline. */
  readonly giveUp: AbortSignal;
}

/** Where reading goes on that was begun by an earlier run. */
export interface Resumed {
  /** Records that were settled then: they are made again, and not handed on. */
  readonly start: number;
  readonly positions: Positions;
}

/**
 * The way of a receiver's events: mapped to records, correlated, batched, offered with a window of bytes in
 * flight; every step counted in the receiver's account. One for each receiver, or for each of its sources.
 */
export class RecordEmitter {
  readonly #options: EmitterOptions;
  readonly #window: Window;
  #batch: LogRecord[] = [];
  #bytes = 0;
  #positions: Positions | undefined;
  #toSkip = 0;

  constructor(options: EmitterOptions) {
    this.#options = options;
    const { maxInFlight } = options;
    this.#window = typeof maxInFlight === 'number' ? new Window(maxInFlight) : maxInFlight;
  }

  /** Whether a whole batch waits to be handed on. */
  get full(): boolean {
    return this.#batch.length >= this.#options.batchSize;
  }

  /** What comes from now on is of a source that can be read again; to be called when all before was handed on. */
  resume({ start, positions }: Resumed): void {
    this.#positions = positions;
    this.#toSkip = start;
  }

  /** A correlator for one host and boot, counting in the receiver's account. */
  correlator(options: Pick<CorrelatorOptions, 'volumes'> = {}): Correlator {
    const { account, logger } = this.#options.context;
    return new Correlator({
      ...options,
      account,
      onDefect: ({ eventName }, error) =>
        logger.error('a record could not be correlated', { event: eventName, error: String(error) }),
    });
  }

  /** Takes an event that is no state event; the caller has counted it as read. */
  add(event: EventView, mapper: RecordMapper, correlator: Correlator): void {
    const record = this.#map(event, mapper);
    if (record === undefined) return;
    const size = event.payloadEnd - event.start;
    this.#options.context.account.queued++;
    this.#bytes += size;
    correlator.add(record, this.#batch, size);
  }

  /** Takes the record of an event that the caller has counted as read. `size`: what it counts for in the window. */
  addRecord(record: LogRecord, size: number): void {
    this.#options.context.account.queued++;
    this.#bytes += size;
    this.#batch.push(record);
  }

  /** Takes a record that the receiver made itself, of no event. */
  addOwn(record: LogRecord): void {
    const { account } = this.#options.context;
    account.made++;
    account.queued++;
    this.#batch.push(record);
  }

  /** Lets go what a correlator holds for events before `seconds` since 1970. */
  expire(correlator: Correlator, seconds: number): void {
    correlator.expire(seconds, this.#batch);
  }

  /** Lets go everything that a correlator holds. */
  release(correlator: Correlator): void {
    correlator.flush(this.#batch);
  }

  /** Hands on whole batches as long as there are `least` records, waiting for room in the window. */
  async flush(least: number): Promise<void> {
    const { context, next, batchSize, recordUid, giveUp } = this.#options;
    const { account } = context;
    this.#skip();
    // Correlation may let go many records at once.
    while (this.#batch.length >= least) {
      const { batch, bytes } = this.#takeFirst(batchSize);
      await this.#window.take(bytes);
      account.queued -= batch.length;
      account.emitted += batch.length;
      const settle = this.#positions?.take(batch.length);
      const told = recordUid ? batch.map(named) : batch;
      const offered = next && offer(next, told, account, { signal: giveUp, waiting: this.#window });
      void settleAfter(offered, settle).finally(() => this.#window.give(bytes));
    }
  }

  /** Resolves when everything handed on was settled. */
  empty(): Promise<void> {
    return this.#window.empty();
  }

  /** What an earlier run had settled was read for what follows from it alone. */
  #skip(): void {
    if (this.#toSkip === 0) return;
    const { batch } = this.#takeFirst(this.#toSkip);
    this.#toSkip -= batch.length;
    const { account } = this.#options.context;
    account.queued -= batch.length;
    account.consumeAsState('read_again', batch.length);
  }

  #takeFirst(count: number): { readonly batch: readonly LogRecord[]; readonly bytes: number } {
    const batch = this.#batch.splice(0, count);
    // What was merged, or is held back, counts with those that were read before it.
    const bytes =
      this.#batch.length === 0
        ? this.#bytes
        : Math.round((this.#bytes * batch.length) / (batch.length + this.#batch.length));
    this.#bytes -= bytes;
    return { batch, bytes };
  }

  #map(event: EventView, mapper: RecordMapper): LogRecord | undefined {
    try {
      return mapper.map(event);
    } catch (error) {
      // A defect of ours in one event must not cost the others.
      const { account, logger } = this.#options.context;
      account.lose('mapping_failed', 1);
      logger.error('an event could not be mapped', {
        event: `${event.providerName}/${event.id}`,
        error: String(error),
      });
      return undefined;
    }
  }
}

/** What a shutdown has left is not settled; what was refused for good is. */
async function settleAfter(
  offered: Promise<Outcome> | undefined,
  settle: (() => void) | undefined,
): Promise<void> {
  const outcome = await offered;
  if (settle === undefined || (outcome?.kind === 'refused' && outcome.retryable)) return;
  if (outcome?.kind === 'accepted' && outcome.settled !== undefined) void outcome.settled.then(settle);
  else settle();
}
