import { setMaxListeners } from 'node:events';
import { ACCEPTED, type Outcome, retryLater } from '../model/outcome.ts';
import type { Account } from '../telemetry/ledger.ts';
import type { Logger } from '../telemetry/logger.ts';
import { withGuard } from './guard.ts';
import type { QueueConfig, QueueItems } from './intake.ts';
import { PersistentQueue, type QueueStorage } from './persistent_queue.ts';
import { type Queue, type QueueEvents, SendingQueue } from './queue.ts';
import { DeliveryReport } from './report.ts';
import { type RetryConfig, withRetry } from './retry.ts';
import { type Drop, type Sender, type SendResult, SHUT_DOWN } from './sender.ts';
import { type SplitOptions, withSplit } from './split.ts';

/** How an exporter sends messages that it had kept on disk. */
export interface StoredDelivery<T, S> extends QueueStorage<T, S> {
  readonly sender: Sender<S>;
  readonly split: SplitOptions<S>;
}

/** What an exporter gives to have its batches delivered. */
export interface DeliveryOptions<T, S = T> extends QueueItems<T> {
  /** One attempt to send one message. */
  readonly sender: Sender<T>;
  readonly config: { readonly sending_queue: QueueConfig; readonly retry_on_failure: RetryConfig };
  /** To foresee batches that are too large for the peer. */
  readonly split?: SplitOptions<T>;
  /** Keeps the queue on disk. */
  readonly storage?: StoredDelivery<T, S> | undefined;
  readonly account: Account;
  readonly logger: Logger;
}

/**
 * The way of every networked exporter from `consume` to the peer: queue, then split, then retry, then the
 * sender. Keeps the exporter's account, which adds up at any time: an item counts as taken when the queue takes
 * it, or without a queue when its fate is known; a refused batch was never taken.
 */
export class Delivery<T, S = T> {
  readonly #sender: Sender<T>;
  readonly #queue: Queue<T> | undefined;
  readonly #persistent: PersistentQueue<T, S> | undefined;
  readonly #logger: Logger;
  readonly #account: Account;
  readonly #report: DeliveryReport;
  readonly #stop = new AbortController();
  /** Batches being sent without a queue. */
  readonly #direct = new Set<Promise<Outcome>>();

  constructor(options: DeliveryOptions<T, S>) {
    const { sender, config, split, account, logger, storage } = options;
    this.#account = account;
    this.#logger = logger;
    this.#report = new DeliveryReport(logger);
    this.#sender = this.#patient(sender, config.retry_on_failure, split);
    setMaxListeners(0, this.#stop.signal);
    account.status.watch(() => this.#report.trouble);
    if (!config.sending_queue.enabled) return;
    if (storage === undefined) {
      this.#queue = this.#shown(
        new SendingQueue(config.sending_queue, this.#sender, options, this.#events()),
        config.sending_queue,
      );
      return;
    }
    const stored = this.#patient(storage.sender, config.retry_on_failure, storage.split);
    this.#persistent = new PersistentQueue(config.sending_queue, storage, stored, options, {
      ...this.#events(),
      restored: (items) => {
        account.restored += items;
        account.queued += items;
      },
      storageTrouble: (reason) => this.#report.storageTrouble(reason),
    });
    this.#queue = this.#shown(this.#persistent, config.sending_queue);
  }

  /** Takes up what an earlier run has left on disk. Rejects when that cannot be read. */
  async start(): Promise<void> {
    await this.#persistent?.start();
    this.#sayHeld('an earlier run has left records on disk: they are sent first');
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

  /** Delivers what is left until `deadline` aborts; then gives back the rest, or leaves it on disk. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    if (this.#queue !== undefined) {
      await this.#queue.shutdown(deadline);
      this.#sayHeld('records are left on disk for the next run');
      return;
    }
    const giveUp = () => this.#stop.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await Promise.allSettled(this.#direct);
    deadline.removeEventListener('abort', giveUp);
  }

  #shown(queue: Queue<T>, { queue_size: size, sizer, storage }: QueueConfig): Queue<T> {
    const { status } = this.#account;
    const onDisk = storage !== undefined;
    status.show('queue', () => ({ used: queue.used, size, sizer, onDisk }));
    status.watch(() => (queue.used < size ? undefined : 'the sending queue is full'));
    return queue;
  }

  #sayHeld(message: string): void {
    const records = this.#persistent?.held ?? 0;
    if (records > 0) this.#logger.info(message, { records });
  }

  #patient<I>(sender: Sender<I>, retry: RetryConfig, split: SplitOptions<I> | undefined): Sender<I> {
    const onRetry = (reason: string, delayMs: number) => this.#report.retrying(reason, delayMs);
    return withGuard(withSplit(withRetry(sender, retry, { onRetry }), split));
  }

  #events(): QueueEvents {
    const account = this.#account;
    return {
      taken: (items) => {
        account.taken += items;
        account.queued += items;
      },
      settled: (items, result) => {
        account.queued -= items;
        this.#settle(items, result);
      },
      returned: (items) => {
        account.queued -= items;
        account.returned += items;
      },
    };
  }

  async #sendNow(batch: readonly T[]): Promise<Outcome> {
    const result = await this.#sender.send(batch, this.#stop.signal);
    if (result.kind === 'retryable') {
      this.#report.retrying(result.reason, 0);
      return retryLater(result.reason);
    }
    if (result === SHUT_DOWN) return retryLater(result.reason);
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
