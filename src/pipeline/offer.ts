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
  { signal, logger = SILENT, backOff: times = RE_OFFER }: OfferOptions,
): Promise<Outcome> {
  const waits = backOff(times);
  for (;;) {
    const outcome = await send();
    if (outcome.kind === 'accepted') return outcome;
    if (!outcome.retryable || signal.aborted) {
      const cause = outcome.retryable ? 'shutdown' : 'refused';
      account.drop(cause, size);
      logger.warn('records dropped', { cause, reason: outcome.reason, records: size });
      return outcome;
    }
    await sleep(waits.next().value, signal);
  }
}
