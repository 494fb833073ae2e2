import type {
  StorageChange,
  StorageClient,
  StorageEntry,
  StorageRead,
  StorageWritten,
} from '../../src/storage/storage.ts';
import type { StoreSize } from './protocol.ts';
import { messageOf } from './sqlite_error.ts';
import type { StoreThread } from './store_thread.ts';

/** A store on the thread of the stores. */
export class FileStorageClient implements StorageClient {
  readonly #thread: StoreThread;
  readonly #store: string;
  readonly #writing = new Set<Promise<StorageWritten>>();
  /** As the last write left it. */
  size: StoreSize;
  /** Writes that were not made. */
  readonly refused = { full: 0, failed: 0 };

  constructor(thread: StoreThread, store: string, size: StoreSize) {
    this.#thread = thread;
    this.#store = store;
    this.size = size;
  }

  async get(key: string): Promise<StorageRead> {
    try {
      return await this.#thread.ask({ kind: 'get', store: this.#store, key });
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  }

  set(key: string, value: Uint8Array): Promise<StorageWritten> {
    return this.batch([{ kind: 'set', key, value }]);
  }

  delete(key: string): Promise<StorageWritten> {
    return this.batch([{ kind: 'delete', key }]);
  }

  async batch(changes: readonly StorageChange[]): Promise<StorageWritten> {
    const writing = this.#apply(changes);
    this.#writing.add(writing);
    const written = await writing;
    this.#writing.delete(writing);
    if (written.kind !== 'done') this.refused[written.kind]++;
    return written;
  }

  async entries(): Promise<readonly StorageEntry[] | undefined> {
    try {
      return await this.#thread.ask({ kind: 'entries', store: this.#store });
    } catch {
      return undefined;
    }
  }

  /** Writes the log back into the file, and unlocks it, when nothing is under way any more. */
  async close(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    await this.#thread.ask({ kind: 'close', store: this.#store });
  }

  async #apply(changes: readonly StorageChange[]): Promise<StorageWritten> {
    try {
      const { written, size } = await this.#thread.ask({ kind: 'apply', store: this.#store, changes });
      this.size = size;
      return written;
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
  }
}
