import type { z } from 'zod';
import type { Component, ComponentContext } from '../../src/component.ts';
import { ACCEPTED, acceptedWith, type Outcome, retryLater } from '../../src/model/outcome.ts';
import { type BackOffOptions, backOff, RE_OFFER, sleep } from '../../src/pipeline/back_off.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import type { batchConfig } from './config.ts';

/** A caller's batch, and the promise the caller waits for. */
interface Waiting<T> {
  readonly items: readonly T[];
  readonly settle: (outcome: Outcome) => void;
}

/** Items held, at least: this many, or 16 full batches where that is more. */
const MIN_HELD = 131_072;

/**
 * Joins batches until there are enough of them or the oldest has waited long enough. A caller's promise stays
 * open until the joined batch its items went into has an outcome, which then is the caller's too: what
 * refuses it refuses all whose items were in it, and each offers its own again. A caller's batch is never
 * torn apart, so that a refusal means all of it, but where it alone is larger than a batch may be.
 *
 * Batches are handed on in the order they fill, without waiting for one another.
 */
export class BatchProcessor<T> implements Component {
  readonly #account: Account;
  readonly #logger: Logger;
  readonly #next: (batch: readonly T[]) => Promise<Outcome>;
  readonly #timeout: number;
  readonly #threshold: number;
  readonly #maxSize: number;
  readonly #maxHeld: number;
  readonly #backOff: BackOffOptions;
  readonly #gaveUp = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #waiting: Waiting<T>[] = [];
  #waitingItems = 0;
  #held = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { account, logger }: Pick<ComponentContext, 'account' | 'logger'>,
    config: z.infer<typeof batchConfig>,
    next: (batch: readonly T[]) => Promise<Outcome>,
    backOffOptions: BackOffOptions = RE_OFFER,
  ) {
    this.#account = account;
    this.#logger = logger;
    this.#next = next;
    this.#timeout = config.timeout;
    this.#threshold = config.timeout === 0 ? 0 : config.send_batch_size;
    this.#maxSize = config.send_batch_max_size === 0 ? Number.POSITIVE_INFINITY : config.send_batch_max_size;
    this.#maxHeld = Math.max(MIN_HELD, 16 * config.send_batch_size);
    this.#backOff = backOffOptions;
  }

  async start(): Promise<void> {}

  /** Takes a batch; settles when the batch it became part of has been taken or refused. */
  consume = (items: readonly T[]): Promise<Outcome> => {
    if (items.length === 0) return Promise.resolve(ACCEPTED);
    // A batch larger than the bound is let in when nothing else is held, or it could never pass.
    if (this.#held > 0 && this.#held + items.length > this.#maxHeld) {
      return Promise.resolve(retryLater(`batch: ${this.#held} records are waiting or on their way already`));
    }
    this.#held += items.length;
    return new Promise((settle) => {
      this.#waiting.push({ items, settle });
      this.#waitingItems += items.length;
      if (this.#waitingItems >= this.#threshold) this.#flush();
      else this.#timer ??= setTimeout(() => this.#flush(), this.#timeout);
    });
  };

  /** Sends what waits, and waits for what is on its way until the deadline. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#flush();
    const giveUp = () => this.#gaveUp.abort();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp);
    // What the next component still has after that, it settles in its own shutdown; the callers count it.
    await Promise.race([Promise.all(this.#sending), aborted(this.#gaveUp.signal)]);
    deadline.removeEventListener('abort', giveUp);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingItems = 0;
    let group: Waiting<T>[] = [];
    let size = 0;
    for (const one of waiting) {
      if (size > 0 && size + one.items.length > this.#maxSize) {
        this.#track(this.#send(group));
        group = [];
        size = 0;
      }
      group.push(one);
      size += one.items.length;
    }
    if (group.length > 0) this.#track(this.#send(group));
  }

  #track(sending: Promise<void>): void {
    this.#sending.add(sending);
    void sending.finally(() => this.#sending.delete(sending));
  }

  async #send(group: readonly Waiting<T>[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const items = group.length === 1 ? first.items : group.flatMap((one) => one.items);
    const outcome = items.length > this.#maxSize ? await this.#sendInParts(items) : await this.#offer(items);
    this.#held -= items.length;
    for (const { settle } of group) settle(outcome);
  }

  // Counted when taken, as everywhere: what is refused comes again.
  async #offer(items: readonly T[]): Promise<Outcome> {
    const outcome = await this.#next(items);
    if (outcome.kind === 'accepted') {
      this.#account.taken += items.length;
      this.#account.emitted += items.length;
    }
    return outcome;
  }

  // Until a part has been taken, a refusal is the caller's. From then on the caller must not offer the whole
  // again, so the rest is offered on from here.
  async #sendInParts(items: readonly T[]): Promise<Outcome> {
    const outcomes: Outcome[] = [];
    for (let from = 0; from < items.length; from += this.#maxSize) {
      const part = items.slice(from, from + this.#maxSize);
      const outcome = await this.#offer(part);
      if (outcome.kind === 'refused' && from === 0) return outcome;
      outcomes.push(outcome.kind === 'accepted' ? outcome : await this.#offerOn(part, outcome));
    }
    return acceptedWith(outcomes);
  }

  async #offerOn(part: readonly T[], refusal: Outcome): Promise<Outcome> {
    const { signal } = this.#gaveUp;
    let outcome = refusal;
    for (const wait of backOff(this.#backOff)) {
      if (outcome.kind === 'accepted') return outcome;
      if (!outcome.retryable || signal.aborted) break;
      await sleep(wait, signal);
      outcome = await this.#offer(part);
    }
    if (outcome.kind === 'accepted') return outcome;
    const cause = outcome.retryable ? 'shutdown' : 'refused';
    this.#account.taken += part.length;
    this.#account.drop(cause, part.length);
    this.#logger.warn('part of a batch dropped', { cause, reason: outcome.reason, records: part.length });
    return outcome;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
