import { ACCEPTED, type Outcome, retryLater } from '../model/outcome.ts';
import { type GatherConfig, Gatherer, type Request, type Unit } from './gather.ts';
import { type Sender, type SendResult, SHUT_DOWN } from './sender.ts';

/** The Collector's `sending_queue`. */
export interface QueueConfig {
  readonly enabled: boolean;
  /** Units that are sent at a time. */
  readonly num_consumers: number;
  /** What the queue holds at most, in units of the sizer. */
  readonly queue_size: number;
  readonly sizer: 'requests' | 'items' | 'bytes';
  /** Whether a full queue lets its callers wait; otherwise it refuses. */
  readonly block_on_overflow: boolean;
  /** Whether the callers' promises stay open until the peer has answered. */
  readonly wait_for_result: boolean;
  readonly batch?: GatherConfig | undefined;
}

/** What a queue tells its owner, who keeps the accounts. */
export interface QueueEvents {
  taken(items: number): void;
  /** Told of every taken item exactly once. */
  settled(items: number, result: SendResult): void;
}

interface Taken<T> extends Request<T> {
  readonly size: number;
  unsettled: number;
  readonly resolve: (outcome: Outcome) => void;
}

/**
 * A bounded queue in memory before a sender. Its size counts what waits and what is being sent. It is no
 * durable store, so by default the callers' promises stay open until the peer has answered. What it has taken it
 * never refuses: what the sender gives up on is settled as such and the caller's batch counts as accepted.
 */
export class SendingQueue<T> {
  readonly #config: QueueConfig;
  readonly #sender: Sender<T>;
  readonly #sizeOf: (batch: readonly T[]) => number;
  readonly #events: QueueEvents;
  readonly #stop = new AbortController();
  readonly #gatherer: Gatherer<T, Taken<T>> | undefined;
  /** Offers that wait for room, with block_on_overflow. */
  readonly #blocked: {
    batch: readonly T[];
    size: number;
    resolve: (outcome: Outcome | Promise<Outcome>) => void;
  }[] = [];
  readonly #ready: Unit<T, Taken<T>>[] = [];
  #active = 0;
  #used = 0;
  #closed = false;
  #onEmpty: (() => void) | undefined;

  /** `sizeOf` says how many bytes a batch takes, for the sizer of that name. */
  constructor(
    config: QueueConfig,
    sender: Sender<T>,
    sizeOf: (batch: readonly T[]) => number,
    events: QueueEvents,
  ) {
    this.#config = config;
    this.#sender = sender;
    this.#sizeOf = sizeOf;
    this.#events = events;
    if (config.batch !== undefined)
      this.#gatherer = new Gatherer(config.batch, (unit) => this.#enqueue(unit));
  }

  /** Takes a batch, or refuses it while the queue is full. One that is larger than the queue needs it empty. */
  async offer(batch: readonly T[]): Promise<Outcome> {
    if (batch.length === 0) return ACCEPTED;
    if (this.#closed) return retryLater('the sending queue is shut down');
    const size = this.#sizeIn(batch);
    if (this.#blocked.length === 0 && this.#fits(size)) return this.#take(batch, size);
    if (!this.#config.block_on_overflow) return retryLater('the sending queue is full');
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#blocked.push({ batch, size, resolve });
    return promise;
  }

  /** Sends what is left; when `deadline` aborts, settles the rest as shut down. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#closed = true;
    this.#gatherer?.flush();
    if (this.#used === 0) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#onEmpty = () => resolve(undefined);
    const giveUp = () => this.#giveUp();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await promise;
    deadline.removeEventListener('abort', giveUp);
  }

  #sizeIn(batch: readonly T[]): number {
    const { sizer } = this.#config;
    if (sizer === 'requests') return 1;
    return sizer === 'items' ? batch.length : this.#sizeOf(batch);
  }

  #fits(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#config.queue_size;
  }

  async #take(batch: readonly T[], size: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const request: Taken<T> = { batch, size, unsettled: batch.length, resolve };
    this.#used += size;
    this.#events.taken(batch.length);
    if (this.#gatherer === undefined) {
      this.#enqueue({ items: batch, parts: [{ request, count: batch.length }] });
    } else {
      this.#gatherer.add(request);
      if (this.#closed) this.#gatherer.flush();
    }
    return this.#config.wait_for_result ? promise : ACCEPTED;
  }

  #enqueue(unit: Unit<T, Taken<T>>): void {
    this.#ready.push(unit);
    this.#pump();
  }

  #pump(): void {
    while (this.#active < this.#config.num_consumers) {
      const unit = this.#ready.shift();
      if (unit === undefined) return;
      this.#active++;
      void this.#send(unit);
    }
  }

  async #send(unit: Unit<T, Taken<T>>): Promise<void> {
    const result = await this.#sender.send(unit.items, this.#stop.signal);
    this.#active--;
    this.#settle(unit, result);
    this.#admit();
    this.#pump();
    if (this.#used === 0) this.#onEmpty?.();
  }

  #settle(unit: Unit<T, Taken<T>>, result: SendResult): void {
    this.#events.settled(unit.items.length, result);
    for (const { request, count } of unit.parts) {
      request.unsettled -= count;
      if (request.unsettled > 0) continue;
      this.#used -= request.size;
      request.resolve(ACCEPTED);
    }
  }

  #admit(): void {
    for (let next = this.#blocked[0]; next !== undefined && this.#fits(next.size); next = this.#blocked[0]) {
      this.#blocked.shift();
      next.resolve(this.#take(next.batch, next.size));
    }
  }

  #giveUp(): void {
    for (const { resolve } of this.#blocked.splice(0)) resolve(retryLater('the sending queue is shut down'));
    for (const unit of this.#ready.splice(0)) this.#settle(unit, SHUT_DOWN);
    // Those being sent settle on their own, soon.
    this.#stop.abort();
    if (this.#used === 0) this.#onEmpty?.();
  }
}
