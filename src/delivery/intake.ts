import { ACCEPTED, type Outcome, retryLater } from '../model/outcome.ts';
import { type GatherConfig, Gatherer, type Request, type Unit } from './gather.ts';
import { byLane } from './lanes.ts';
import { Room } from './room.ts';
import { SHUT_DOWN } from './sender.ts';

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
  /** Whether the callers' promises stay open until the peer has answered; of a queue in memory, where it is not false. */
  readonly wait_for_result?: boolean | undefined;
  /** The storage that keeps the queue. */
  readonly storage?: string | undefined;
  /** `container`: what is of one container is sent in order, one after the other. */
  readonly order: 'any' | 'container';
  readonly batch?: GatherConfig | undefined;
}

/** What a queue must know of what it holds. */
export interface QueueItems<T> {
  /** About how many bytes a batch takes; for the sizer `bytes`. */
  readonly sizeOf: (batch: readonly T[]) => number;
  /** What must not overtake one another has one lane; for the order `container`. Without it, everything has the same. */
  readonly laneOf?: (item: T) => number;
}

/** A caller's batch that the queue has taken. */
export interface Taken<T> extends Request<T> {
  readonly size: number;
  unsettled: number;
  /** Whether a part of it was not sent, and is the caller's again. */
  isReturned: boolean;
  readonly resolve: (outcome: Outcome) => void;
}

/** What is sent, or kept on disk, at once. */
export type QueueUnit<T> = Unit<T, Taken<T>>;

/** The next stage of a queue. */
export interface IntakeEvents<T> {
  taken(request: Taken<T>): void;
  emit(unit: QueueUnit<T>): void;
}

const CLOSED = retryLater('the sending queue is shut down');
const FULL = retryLater('the sending queue is full');
const RETURNED = retryLater(SHUT_DOWN.reason);

/**
 * The front of a queue: lets in what there is room for, merges and cuts it where that is configured, and settles each
 * caller's batch when all of its parts are.
 */
export class Intake<T> {
  readonly room: Room;
  readonly #config: QueueConfig;
  readonly #items: QueueItems<T>;
  readonly #events: IntakeEvents<T>;
  readonly #gatherer: Gatherer<T, Taken<T>> | undefined;
  #closed = false;

  constructor(config: QueueConfig, items: QueueItems<T>, events: IntakeEvents<T>) {
    this.#config = config;
    this.#items = items;
    this.#events = events;
    this.room = new Room(config.queue_size);
    if (config.batch !== undefined)
      this.#gatherer = new Gatherer(config.batch, items.sizeOf, (unit) => this.#emit(unit));
  }

  /** Takes a batch, or refuses it while the queue is full. One that is larger than the queue needs it empty. */
  async offer(batch: readonly T[]): Promise<Outcome> {
    if (batch.length === 0) return ACCEPTED;
    if (this.#closed) return CLOSED;
    const size = this.#sizeIn(batch);
    if (!this.room.take(size)) {
      if (!this.#config.block_on_overflow) return FULL;
      if (!(await this.room.wait(size))) return CLOSED;
    }
    return this.#take(batch, size);
  }

  /** Takes nothing new from now on, and lets go what waits to be merged. Those who wait for room still get it. */
  close(): void {
    this.#closed = true;
    this.#gatherer?.flush();
  }

  /** All of a unit has come to its end: the batches that are done with it are accepted and leave the room. */
  settle(unit: QueueUnit<T>): void {
    for (const { request, count } of unit.parts) this.#settlePart(request, count);
  }

  /** A unit will not be sent: its batches are refused for now. What was sent of them before may then come twice. */
  giveBack(unit: QueueUnit<T>): void {
    for (const { request, count } of unit.parts) {
      request.isReturned = true;
      this.#settlePart(request, count);
    }
  }

  #settlePart(request: Taken<T>, count: number): void {
    request.unsettled -= count;
    if (request.unsettled > 0) return;
    this.room.give(request.size);
    request.resolve(request.isReturned ? RETURNED : ACCEPTED);
  }

  #take(batch: readonly T[], size: number): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const request: Taken<T> = { batch, size, unsettled: batch.length, isReturned: false, resolve };
    this.#events.taken(request);
    if (this.#gatherer === undefined) {
      this.#emit({ items: batch, parts: [{ request, count: batch.length }] });
    } else {
      this.#gatherer.add(request);
      if (this.#closed) this.#gatherer.flush();
    }
    return promise;
  }

  #emit(unit: QueueUnit<T>): void {
    const { laneOf = () => 0 } = this.#items;
    const units = this.#config.order === 'container' ? byLane(unit, laneOf) : [unit];
    for (const one of units) this.#events.emit(one);
  }

  #sizeIn(batch: readonly T[]): number {
    const { sizer } = this.#config;
    if (sizer === 'requests') return 1;
    return sizer === 'items' ? batch.length : this.#items.sizeOf(batch);
  }
}
