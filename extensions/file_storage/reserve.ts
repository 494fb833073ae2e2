import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import type { StorageChange, StorageWritten } from '../../src/storage/storage.ts';
import type { SqliteStore } from './sqlite_store.ts';

/** Enough for the log of deleting everything, in a few steps. */
const RESERVE_BYTES = 1024 * 1024;

/**
 * Room on the disk for deleting. SQLite writes to its log also what is deleted: on a full disk nothing would ever get out of
 * a queue again. So a file holds some room, and is given up for deleting.
 */
export class Reserve {
  readonly #path: string;
  readonly #bytes: number;

  constructor(path: string, bytes: number = RESERVE_BYTES) {
    this.#path = path;
    this.#bytes = bytes;
  }

  /** Takes the room, where it is not taken yet; false when the disk has not so much. */
  take(): boolean {
    if (statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes) return true;
    try {
      // Zeros may take no room at all.
      writeFileSync(this.#path, randomBytes(this.#bytes), { mode: 0o600 });
      return true;
    } catch {
      this.give();
      return false;
    }
  }

  /** Gives it to whatever comes next. */
  give(): void {
    rmSync(this.#path, { force: true });
  }
}

const KEPT: StorageWritten = {
  kind: 'full',
  reason: 'the disk is full: the rest of it is kept for deleting',
};

/**
 * Makes all of the changes or none. On a full disk, deleting uses the reserve; so does giving back what deleted entries had,
 * which the log keeps. Nothing is added while there is no reserve.
 */
export function applyWithReserve(
  store: Pick<SqliteStore, 'apply' | 'shrink'>,
  reserve: Pick<Reserve, 'take' | 'give'>,
  changes: readonly StorageChange[],
): StorageWritten {
  const adds = changes.some(({ kind }) => kind === 'set');
  if (adds && !reserve.take() && !regained(store, reserve)) return KEPT;
  const written = store.apply(changes);
  if (written.kind !== 'full') return written;
  reserve.give();
  if (adds) return regained(store, reserve) ? store.apply(changes) : KEPT;
  const again = store.apply(changes);
  store.shrink();
  return again;
}

/** Makes the store smaller, which needs some room itself, and takes the reserve again. */
function regained(store: Pick<SqliteStore, 'shrink'>, reserve: Pick<Reserve, 'take'>): boolean {
  store.shrink();
  return reserve.take();
}
