import { renameSync, rmSync } from 'node:fs';
import { BUSY, resultCode } from './sqlite_error.ts';
import { damageOf, SqliteStore, type StoreOptions } from './sqlite_store.ts';

/** A store that was found damaged, and what became of it. */
export interface Damage {
  readonly reason: string;
  /** Where the damaged file is now. */
  readonly movedTo: string;
  /** Entries that could be read and are in the new store. */
  readonly recovered: number;
}

/**
 * Opens a store or makes it. A damaged file is moved aside, in the place of one that was moved there before, and what
 * can be read of it is taken over. Throws, with a reason for a person, when there can be no store.
 */
export function openStore(options: StoreOptions): { store: SqliteStore; damage?: Damage } {
  try {
    return { store: new SqliteStore(options) };
  } catch (error) {
    const reason = damageOf(error);
    if (reason !== undefined) return isolate(options, reason);
    if (resultCode(error) !== BUSY) throw error;
    throw new Error('another process uses it: each agent needs a directory of its own', { cause: error });
  }
}

function isolate(options: StoreOptions, reason: string): { store: SqliteStore; damage: Damage } {
  const movedTo = `${options.path}.damaged`;
  for (const suffix of ['', '-wal']) {
    rmSync(movedTo + suffix, { force: true });
    moveIfThere(options.path + suffix, movedTo + suffix);
  }
  const store = new SqliteStore(options);
  return { store, damage: { reason, movedTo, recovered: recover(store, movedTo) } };
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
  }
}

function recover(store: SqliteStore, path: string): number {
  try {
    return store.takeOver(path);
  } catch {
    return 0;
  }
}
