import { ACCEPTED, type Outcome } from '../model/outcome.ts';
import { Dispatcher } from './dispatcher.ts';
import { Intake, type QueueConfig, type QueueItems, type QueueUnit } from './intake.ts';
import { type Sender, type SendResult, SHUT_DOWN } from './sender.ts';

/** What a queue tells its owner, who keeps the accounts. */
export interface QueueEvents {
  taken(items: number): void;
  /** Told of every taken item exactly once, but for those of {@link returned}. */
  settled(items: number, result: SendResult): void;
  /** Taken items that a shutdown kept from being sent: their callers were refused in the end. */
  returned(items: number): void;
}

/** Takes batches and sees to their delivery. */
export interface Queue<T> {
  /** How much it holds, in units of its sizer. */
  readonly used: number;
  offer(batch: readonly T[]): Promise<Outcome>;
  shutdown(deadline: AbortSignal): Promise<void>;
}

/**
 * A bounded queue in memory before a sender. Its size counts what waits and what is being sent. It is no
 * durable store, so by default the callers' promises stay open until the peer has answered. What the sender gives up
 * on is settled as such, and the caller's batch counts as accepted. What a shutdown cuts short goes back to the caller, who
 * may offer it to a successor or read it again in the next run; one that was let go at once has nobody to go back to.
 */
export class SendingQueue<T> implements Queue<T> {
  readonly #sender: Sender<T>;
  /** Whether callers wait for the peer's answer. */
  readonly #callersWait: boolean;
  readonly #events: QueueEvents;
  readonly #intake: Intake<T>;
  readonly #dispatcher: Dispatcher<QueueUnit<T>>;
  readonly #stop = new AbortController();

  constructor(config: QueueConfig, sender: Sender<T>, items: QueueItems<T>, events: QueueEvents) {
    this.#sender = sender;
    this.#callersWait = config.wait_for_result !== false;
    this.#events = events;
    this.#dispatcher = new Dispatcher(config.num_consumers, (unit) => this.#send(unit));
    this.#intake = new Intake(config, items, {
      taken: (request) => {
        events.taken(request.batch.length);
        if (!this.#callersWait) request.resolve(ACCEPTED);
      },
      emit: (unit) => this.#dispatcher.add(unit),
    });
  }

  get used(): number {
    return this.#intake.room.used;
  }

  /** Takes a batch, or refuses it while the queue is full. */
  offer(batch: readonly T[]): Promise<Outcome> {
    return this.#intake.offer(batch);
  }

  /** Sends what is left; when `deadline` aborts, gives back the rest. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#intake.close();
    const giveUp = () => this.#giveUp();
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await this.#intake.room.empty();
    deadline.removeEventListener('abort', giveUp);
  }

  async #send(unit: QueueUnit<T>): Promise<void> {
    this.#settle(unit, await this.#sender.send(unit.items, this.#stop.signal));
  }

  #settle(unit: QueueUnit<T>, result: SendResult): void {
    if (result === SHUT_DOWN && this.#callersWait) {
      this.#events.returned(unit.items.length);
      this.#intake.giveBack(unit);
      return;
    }
    this.#events.settled(unit.items.length, result);
    this.#intake.settle(unit);
  }

  #giveUp(): void {
    this.#intake.room.refuseWaiting();
    for (const unit of this.#dispatcher.clear()) this.#settle(unit, SHUT_DOWN);
    // Those being sent settle on their own, soon.
    this.#stop.abort();
  }
}
