import { type Outcome, retryLater } from '../model/outcome.ts';
import type { StorageClient, StorageRead } from '../storage/storage.ts';
import { Dispatcher } from './dispatcher.ts';
import { Intake, type QueueConfig, type QueueItems, type QueueUnit } from './intake.ts';
import type { Queue, QueueEvents } from './queue.ts';
import { type Drop, type Sender, type SendResult, SHUT_DOWN } from './sender.ts';
import { StorageWriter } from './storage_writer.ts';
import { keyOf, type StoredKey, storedKeyOf } from './stored_key.ts';

/** Messages as they are kept and sent, and what could not be made one. */
export interface Encoded {
  readonly messages: readonly { readonly bytes: Uint8Array; readonly items: number }[];
  readonly drops: readonly Drop[];
}

/** How a queue on disk keeps batches of `T`, and sends what it reads back: `S`. */
export interface QueueStorage<T, S> {
  readonly client: StorageClient;
  readonly encode: (batch: readonly T[]) => Encoded;
  /** Undefined when the bytes are no such message. */
  readonly decode: (bytes: Uint8Array) => readonly S[] | undefined;
}

/** What a queue on disk tells beside. */
export interface PersistentQueueEvents extends QueueEvents {
  /** Items of an earlier run are there. */
  restored(items: number): void;
  /** The storage did not do what it was asked. */
  storageTrouble(reason: string): void;
}

/** A message on disk. */
interface Stored extends StoredKey {
  readonly key: string;
  readonly size: number;
  /** Of those written last: its bytes, which need not be read back. */
  value?: Uint8Array | undefined;
}

/** Bytes of messages that are kept in memory too, so that a queue that is hardly behind is not read from the disk. */
const MAX_REMEMBERED = 8 * 1024 * 1024;

/**
 * A bounded queue on disk before a sender. A caller's promise settles when its batch is kept. A message leaves the disk
 * when the peer has taken it, or it was given up and counted; what a shutdown or a kill interrupts stays and is sent by
 * the next run, so that what was on its way then may come twice.
 */
export class PersistentQueue<T, S> implements Queue<T> {
  readonly #storage: QueueStorage<T, S>;
  readonly #sender: Sender<S>;
  readonly #events: PersistentQueueEvents;
  readonly #config: QueueConfig;
  readonly #intake: Intake<T>;
  readonly #dispatcher: Dispatcher<Stored>;
  readonly #writer: StorageWriter;
  readonly #stop = new AbortController();
  readonly #keeping = new Set<Promise<void>>();
  #next = 0;
  #remembered = 0;
  #held = 0;

  constructor(
    config: QueueConfig,
    storage: QueueStorage<T, S>,
    sender: Sender<S>,
    items: QueueItems<T>,
    events: PersistentQueueEvents,
  ) {
    this.#config = config;
    this.#storage = storage;
    this.#sender = sender;
    this.#events = events;
    this.#writer = new StorageWriter(storage.client, (reason) => events.storageTrouble(reason));
    this.#dispatcher = new Dispatcher(config.num_consumers, (stored) => this.#send(stored));
    this.#intake = new Intake(config, items, { taken: () => {}, emit: (unit) => this.#keepSoon(unit) });
  }

  /** Items that are on disk. */
  get held(): number {
    return this.#held;
  }

  /** Takes up what an earlier run has left, in its order. Rejects when that cannot be read. */
  async start(): Promise<void> {
    const entries = await this.#storage.client.entries();
    if (entries === undefined) throw new Error('the queue on disk cannot be read');
    for (const { key, size } of entries) {
      const parsed = storedKeyOf(key);
      if (parsed === undefined) {
        this.#events.storageTrouble(`an entry that is not of a queue: ${JSON.stringify(key.slice(0, 100))}`);
        continue;
      }
      this.#next = parsed.number + 1;
      this.#events.restored(parsed.items);
      this.#enqueue({ ...parsed, key, size });
    }
  }

  get used(): number {
    return this.#intake.room.used;
  }

  /** Takes a batch, or refuses it while the queue is full. */
  offer(batch: readonly T[]): Promise<Outcome> {
    return this.#intake.offer(batch);
  }

  /** Keeps what is on its way to the disk, and sends until `deadline` aborts; the rest stays for the next run. */
  async shutdown(deadline: AbortSignal): Promise<void> {
    this.#intake.close();
    const { promise: over, resolve } = Promise.withResolvers<undefined>();
    const giveUp = () => resolve(undefined);
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    await Promise.race([this.#intake.room.empty(), over]);
    deadline.removeEventListener('abort', giveUp);
    this.#intake.room.refuseWaiting();
    this.#dispatcher.clear();
    this.#stop.abort();
    this.#writer.giveUp();
    await Promise.all(this.#keeping);
    await this.#dispatcher.idle();
    await this.#writer.idle();
  }

  #keepSoon(unit: QueueUnit<T>): void {
    const keeping = this.#keep(unit);
    this.#keeping.add(keeping);
    void keeping.finally(() => this.#keeping.delete(keeping));
  }

  async #keep(unit: QueueUnit<T>): Promise<void> {
    const { messages, drops } = this.#encode(unit.items);
    const entries: { readonly key: string; readonly value: Uint8Array }[] = [];
    const stored: Stored[] = [];
    for (const { bytes: value, items } of messages) {
      const parsed = { number: this.#next++, lane: unit.lane, items };
      const key = keyOf(parsed);
      entries.push({ key, value });
      stored.push({ ...parsed, key, size: value.length });
    }
    const kept = entries.length === 0 || (await this.#writer.set(entries));
    if (!kept) return this.#refuse(unit);
    this.#events.taken(unit.items.length);
    for (const drop of drops) this.#events.settled(drop.count, { kind: 'ok', drops: [drop] });
    for (const [i, one] of stored.entries()) {
      this.#remember(one, entries[i]?.value);
      this.#enqueue(one);
    }
    this.#intake.settle(unit);
  }

  #encode(batch: readonly T[]): Encoded {
    try {
      return this.#storage.encode(batch);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { messages: [], drops: [{ cause: 'internal_error', count: batch.length, reason }] };
    }
  }

  /** Could not be kept: refused, where nothing of the caller's batch was; else the rest is lost with the shutdown. */
  #refuse(unit: QueueUnit<T>): void {
    for (const { request, count } of unit.parts) {
      if (request.unsettled === request.batch.length)
        request.resolve(retryLater('the sending queue could not be kept on disk'));
      else {
        this.#events.taken(count);
        this.#events.settled(count, SHUT_DOWN);
      }
    }
  }

  #remember(stored: Stored, value: Uint8Array | undefined): void {
    if (this.#remembered + stored.size > MAX_REMEMBERED) return;
    stored.value = value;
    this.#remembered += stored.size;
  }

  #enqueue(stored: Stored): void {
    this.#held += stored.items;
    this.#intake.room.add(this.#sizeIn(stored));
    this.#dispatcher.add(stored);
  }

  async #send(stored: Stored): Promise<void> {
    const result = await this.#sendStored(stored);
    if (result === undefined || this.#isCutShort(result)) return;
    this.#held -= stored.items;
    this.#events.settled(stored.items, result);
    this.#writer.delete(stored.key);
    this.#intake.room.give(this.#sizeIn(stored));
  }

  /** Undefined when it could not be read now, but may be by the next run. */
  async #sendStored(stored: Stored): Promise<SendResult | undefined> {
    const read = await this.#read(stored);
    if (read.kind === 'failed') {
      this.#events.storageTrouble(read.reason);
      return undefined;
    }
    const batch = read.kind === 'found' ? this.#storage.decode(read.value) : undefined;
    if (batch?.length === stored.items) return this.#sender.send(batch, this.#stop.signal);
    const reason = `the queue's entry ${stored.key} is ${read.kind === 'found' ? 'no message' : read.kind}`;
    return { kind: 'permanent', cause: 'damaged_in_storage', reason };
  }

  async #read(stored: Stored): Promise<StorageRead> {
    const { value } = stored;
    if (value === undefined) return this.#storage.client.get(stored.key);
    stored.value = undefined;
    this.#remembered -= stored.size;
    return { kind: 'found', value };
  }

  /** Whether the shutdown may be why not all of it was taken: then all of it is sent again by the next run. */
  #isCutShort(result: SendResult): boolean {
    return this.#stop.signal.aborted && (result.kind !== 'ok' || result.drops.length > 0);
  }

  #sizeIn({ items, size }: Stored): number {
    const { sizer } = this.#config;
    if (sizer === 'requests') return 1;
    return sizer === 'items' ? items : size;
  }
}
