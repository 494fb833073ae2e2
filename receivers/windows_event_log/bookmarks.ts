import type { StorageChange, StorageClient } from '../../src/storage/storage.ts';
import type { Logger } from '../../src/telemetry/logger.ts';

/** A place in a channel: everything up to it is settled. */
export interface Mark {
  /** As Windows writes it, in XML. */
  readonly bookmark: string;
  /** EventRecordID of the event there; undefined where it could not be read. */
  readonly recordId: number | undefined;
}

/** How far channels were settled, kept in a storage. */
export class Bookmarks {
  readonly #client: StorageClient;
  readonly #logger: Logger;
  /** What is to be written, the newest of each key. */
  readonly #pending = new Map<string, StorageChange>();
  #saving: Promise<void> | undefined;

  constructor(client: StorageClient, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** Where a channel was; undefined where it was not read before. */
  async of(channel: string): Promise<Mark | undefined> {
    const kept = await this.#client.get(channel);
    if (kept.kind === 'missing') return undefined;
    const mark = kept.kind === 'found' ? readMark(kept.value) : undefined;
    if (mark === undefined) this.#logger.warn('the bookmark of an event log is damaged', { channel });
    return mark;
  }

  /** Keeps it, soon. */
  keep(channel: string, { bookmark, recordId }: Mark): void {
    const value = new TextEncoder().encode(JSON.stringify({ bookmark, record_id: recordId }));
    this.#pending.set(channel, { kind: 'set', key: channel, value });
    this.#saving ??= this.#save();
  }

  /** Resolves when all is kept. */
  async kept(): Promise<void> {
    await this.#saving;
  }

  // What comes while something is being written is written together.
  async #save(): Promise<void> {
    while (this.#pending.size > 0) {
      const changes = [...this.#pending.values()];
      this.#pending.clear();
      const written = await this.#client.batch(changes);
      if (written.kind !== 'done')
        this.#logger.warn('bookmarks of event logs were not kept', { reason: written.reason });
    }
    this.#saving = undefined;
  }
}

function readMark(value: Uint8Array): Mark | undefined {
  try {
    const { bookmark, record_id: id } = JSON.parse(new TextDecoder().decode(value)) as Record<
      string,
      unknown
    >;
    if (typeof bookmark !== 'string') return undefined;
    return { bookmark, recordId: typeof id === 'number' ? id : undefined };
  } catch {
    return undefined;
  }
}
