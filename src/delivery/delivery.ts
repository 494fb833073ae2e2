import { setMaxListeners } from 'node:events';
import { ACCEPTED, type Outcome, retryLater } from '../model/outcome.ts';
import type { Account } from '../telemetry/ledger.ts';
import type { Logger } from '../telemetry/logger.ts';
import { withGuard } from './guard.ts';
import { type QueueConfig, SendingQueue } from './queue.ts';
import { DeliveryReport } from './report.ts';
import { type RetryConfig, withRetry } from './retry.ts';
import type { Drop, Sender, SendResult } from './sender.ts';
import { type SplitOptions, withSplit } from './split.ts';

/** What an exporter gives to have its batches delivered. */
export interface DeliveryOptions<T> {
  /** One attempt to send one message. */
  readonly sender: Sender<T>;
  readonly config: { readonly sending_queue: QueueConfig; readonly retry_on_failure: RetryConfig };
  /** About how many bytes a batch takes; for the queue's sizer `bytes`. */
  readonly sizeOf: (batch: readonly T[]) => number;
  /** To foresee batches that are too large for the peer. */
  readonly split?: SplitOptions<T>;
  readonly account: Account;
  readonly logger: Logger;
}

/**
 * The way of every networked exporter from `consume` to the peer: queue, then split, then retry, then the
 * sender. Keeps the exporter's account, which adds up at any time: an item counts as taken when the queue takes
 * it, or without a queue when its fate is known; a refused batch was never taken.
 */
export class Delivery<T> {
  readonly #sender: Sender<T>;
  readonly #queue: SendingQueue<T> | undefined;
  readonly #account: Account;
  readonly #report: DeliveryReport;
  readonly #stop = new AbortController();
  /** Batches being sent without a queue. */
  readonly #direct = new Set<Promise<Outcome>>();

  constructor({ sender, config, sizeOf, split, account, logger }: DeliveryOptions<T>) {
    this.#account = account;
    this.#report = new DeliveryReport(logger);
    const onRetry = (reason: string, delayMs: number) => this.#report.retrying(reason, delayMs);
    this.#sender = withGuard(withSplit(withRetry(sender, config.retry_on_failure, { onRetry }), split));
    setMaxListeners(0, this.#stop.signal);
    if (config.sending_queue.enabled) {
      this.#queue = new SendingQueue(config.sending_queue, this.#sender, sizeOf, {
        taken: (items) => {
          account.taken += items;
          account.queued += items;
        },
        settled: (items, result) => {
          account.queued -= items;
          this.#settle(items, result);
        },
      });
    }
  }

  /** Takes a batch; see {@link Outcome}. */
  async consume(batch: readonly T[]): Promise<Outcome> {
    if (this.#queue !== undefined) return this.#queue.offer(batch);
    if (batch.length === 0) return ACCEPTED;
    const sending = this.#sendNow(batch);
    this.#direct.add(sending);
    try {
      return await sending;
    } finally {
      this.#direct.delete(sending);
    }
  }

  /** Delivers what is left until `deadline` aborts; then drops the rest, counted as `shutdown`. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    if (this.#queue !== undefined) return this.#queue.shutdown(deadline);
    const giveUp = () => this.#stop.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await Promise.allSettled(this.#direct);
    deadline.removeEventListener('abort', giveUp);
  }

  async #sendNow(batch: readonly T[]): Promise<Outcome> {
    const result = await this.#sender.send(batch, this.#stop.signal);
    if (result.kind === 'retryable') {
      this.#report.retrying(result.reason, 0);
      return retryLater(result.reason);
    }
    this.#account.taken += batch.length;
    this.#settle(batch.length, result);
    return ACCEPTED;
  }

  #settle(items: number, result: SendResult): void {
    let delivered = items;
    for (const drop of dropsOf(items, result)) {
      delivered -= drop.count;
      this.#account.drop(drop.cause, drop.count);
      this.#report.dropped(drop);
    }
    if (result.kind === 'ok' && result.warning !== undefined) this.#report.warned(result.warning);
    this.#account.delivered += delivered;
    if (delivered > 0) this.#report.delivered();
  }
}

function dropsOf(count: number, result: SendResult): readonly Drop[] {
  switch (result.kind) {
    case 'ok':
      return result.drops;
    case 'permanent':
      return [{ cause: result.cause, count, reason: result.reason }];
    case 'too_large':
      return [{ cause: 'too_large', count, reason: result.reason }];
    case 'retryable':
      // Retries are switched off, and what a queue has taken it cannot give back.
      return [{ cause: 'send_failed', count, reason: result.reason }];
  }
}
