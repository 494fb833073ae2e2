import type { LogsConsumer, TracesConsumer } from '../component.ts';
import type { LogBatch } from '../model/log_record.ts';
import type { Outcome } from '../model/outcome.ts';
import type { SpanBatch } from '../model/span.ts';
import type { Account } from '../telemetry/ledger.ts';
import { type Logger, SILENT } from '../telemetry/logger.ts';
import { type BackOffOptions, backOff, RE_OFFER, sleep } from './back_off.ts';

/** How a receiver offers. */
export interface OfferOptions {
  /** Ends re-offering; what was not taken then is dropped. A receiver gives its shutdown's deadline. */
  readonly signal: AbortSignal;
  /** Takes a warning for each batch dropped. */
  readonly logger?: Logger;
  readonly backOff?: BackOffOptions;
  /** Told when the batch is refused for now, and when that is over. */
  readonly waiting?: { hold(): void; release(): void };
}

/**
 * Offers a batch until it is taken: a retryable refusal is repeated with back-off, a final one and the end of
 * `signal` count the batch as dropped in the account (causes `refused` and `shutdown`). `emitted` is the
 * receiver's own to count. The outcome says whether it was taken.
 */
export function offer(
  next: LogsConsumer,
  batch: LogBatch,
  account: Account,
  options: OfferOptions,
): Promise<Outcome> {
  return repeat(() => next.consumeLogs(batch), batch.length, account, options);
}

/** {@link offer} for spans. */
export function offerTraces(
  next: TracesConsumer,
  batch: SpanBatch,
  account: Account,
  options: OfferOptions,
): Promise<Outcome> {
  return repeat(() => next.consumeTraces(batch), batch.length, account, options);
}

async function repeat(
  send: () => Promise<Outcome>,
  size: number,
  account: Account,
  options: OfferOptions,
): Promise<Outcome> {
  let outcome = await send();
  if (isToRepeat(outcome, options)) {
    options.waiting?.hold();
    const waits = backOff(options.backOff ?? RE_OFFER);
    while (isToRepeat(outcome, options)) {
      await sleep(waits.next().value, options.signal);
      outcome = await send();
    }
    options.waiting?.release();
  }
  if (outcome.kind === 'refused') drop(outcome, size, account, options.logger);
  return outcome;
}

function isToRepeat(outcome: Outcome, { signal }: OfferOptions): boolean {
  return outcome.kind === 'refused' && outcome.retryable && !signal.aborted;
}

function drop(
  { retryable, reason }: Extract<Outcome, { kind: 'refused' }>,
  records: number,
  account: Account,
  logger = SILENT,
): void {
  const cause = retryable ? 'shutdown' : 'refused';
  account.drop(cause, records);
  logger.warn('records dropped', { cause, reason, records });
}
