import type {
  StorageChange,
  StorageClient,
  StorageEntry,
  StorageExtension,
  StorageRead,
  StorageWritten,
} from '../../src/storage/storage.ts';

/** A store in memory, which can be told to refuse, to fail and to forget. */
export class MemoryStorage implements StorageClient {
  readonly values = new Map<string, Uint8Array>();
  /** Every write that was asked for. */
  readonly writes: (readonly StorageChange[])[] = [];
  /** Entries at most. */
  room = Number.POSITIVE_INFINITY;
  /** What reading an entry says instead. */
  readonly spoiled = new Map<string, StorageRead>();

  async get(key: string): Promise<StorageRead> {
    const value = this.values.get(key);
    return this.spoiled.get(key) ?? (value === undefined ? { kind: 'missing' } : { kind: 'found', value });
  }

  set(key: string, value: Uint8Array): Promise<StorageWritten> {
    return this.batch([{ kind: 'set', key, value }]);
  }

  delete(key: string): Promise<StorageWritten> {
    return this.batch([{ kind: 'delete', key }]);
  }

  async batch(changes: readonly StorageChange[]): Promise<StorageWritten> {
    this.writes.push(changes);
    const after = new Map(this.values);
    for (const change of changes) {
      if (change.kind === 'delete') after.delete(change.key);
      else after.set(change.key, change.value);
    }
    // As a disk, it answers later.
    await new Promise(setImmediate);
    if (after.size > this.room && after.size > this.values.size) return { kind: 'full', reason: 'no room' };
    for (const change of changes) {
      if (change.kind === 'delete') this.values.delete(change.key);
      else this.values.set(change.key, change.value);
    }
    return { kind: 'done' };
  }

  async entries(): Promise<readonly StorageEntry[]> {
    return [...this.values]
      .map(([key, { length: size }]) => ({ key, size }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

/** An extension that gives everybody this store; what it holds outlives who uses it. */
export function storageExtension(client: StorageClient): StorageExtension {
  return { client: async () => client, start: async () => {}, shutdown: async () => {} };
}
