import { type BackOffOptions, backOff, sleep } from '../pipeline/back_off.ts';
import type { StorageChange, StorageClient } from '../storage/storage.ts';

interface PendingSet {
  readonly changes: readonly StorageChange[];
  readonly resolve: (kept: boolean) => void;
}

/** How long a storage that has no room, or fails, is left alone; a deletion wakes it up. */
const TRY_AGAIN: BackOffOptions = { initialMs: 20, maxMs: 2_000 };

/**
 * Writes to a storage in groups: what comes while one write is under way goes with the next, so a slow disk is asked
 * seldom. What finds no room waits until there is some; deletions go first.
 */
export class StorageWriter {
  readonly #client: StorageClient;
  readonly #onTrouble: (reason: string) => void;
  readonly #sets: PendingSet[] = [];
  readonly #deletes: string[] = [];
  #running: Promise<void> | undefined;
  #gaveUp = false;
  #wake = new AbortController();

  /** `onTrouble` is told of each write that was not made. */
  constructor(client: StorageClient, onTrouble: (reason: string) => void) {
    this.#client = client;
    this.#onTrouble = onTrouble;
  }

  /** Sets entries, all together. Resolves when they are kept; to false when that was given up. */
  set(entries: readonly { readonly key: string; readonly value: Uint8Array }[]): Promise<boolean> {
    if (this.#gaveUp) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#sets.push({ changes: entries.map((entry) => ({ kind: 'set', ...entry })), resolve });
      this.#begin();
    });
  }

  /** Deletes an entry, soon. */
  delete(key: string): void {
    this.#deletes.push(key);
    this.#wake.abort();
    this.#begin();
  }

  /** Makes what waits for room come to an end. */
  giveUp(): void {
    this.#gaveUp = true;
    this.#wake.abort();
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #begin(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#deletes.length > 0 || this.#sets.length > 0) this.#begin();
    });
  }

  async #run(): Promise<void> {
    // How many sets go together: all, but fewer and fewer, at last none, while the storage refuses.
    let width = Number.POSITIVE_INFINITY;
    let waits = backOff(TRY_AGAIN);
    while (this.#deletes.length > 0 || this.#sets.length > 0) {
      const sets = this.#sets.slice(0, width);
      if (await this.#write(sets, this.#deletes.splice(0))) {
        this.#sets.splice(0, sets.length);
        for (const { resolve } of sets) resolve(true);
        width = Math.max(1, 2 * width);
        if (sets.length > 0) waits = backOff(TRY_AGAIN);
      } else if (this.#gaveUp) {
        break;
      } else {
        width = Math.floor(Math.min(width, sets.length) / 2);
        if (sets.length <= 1) await this.#rest(waits.next().value);
      }
    }
    if (this.#gaveUp) for (const { resolve } of this.#sets.splice(0)) resolve(false);
  }

  async #write(sets: readonly PendingSet[], deletes: readonly string[]): Promise<boolean> {
    const deletions = deletes.map((key): StorageChange => ({ kind: 'delete', key }));
    const changes = [...deletions, ...sets.flatMap((set) => set.changes)];
    if (changes.length === 0) return true;
    const written = await this.#client.batch(changes);
    if (written.kind === 'done') return true;
    this.#deletes.unshift(...deletes);
    this.#onTrouble(written.reason);
    return false;
  }

  async #rest(ms: number): Promise<void> {
    this.#wake = new AbortController();
    if (!this.#gaveUp) await sleep(ms, this.#wake.signal);
  }
}
