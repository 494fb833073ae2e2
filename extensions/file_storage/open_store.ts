import { renameSync, rmSync } from 'node:fs';
import { BUSY, resultCode } from './sqlite_error.ts';
import { damageOf, LaterStoreError, SqliteStore, type StoreOptions } from './sqlite_store.ts';

/** A store that cannot be used as it is, and what became of it. */
export interface SetAside {
  /** `later`: it is whole, and of a later version of Sigel. */
  readonly kind: 'damaged' | 'later';
  readonly reason: string;
  /** Where the file is now. */
  readonly movedTo: string;
  /** Entries that could be read and are in the new store. */
  readonly recovered: number;
}

/**
 * Opens a store or makes it. A damaged file is moved aside, in the place of one that was moved there before, and what
 * can be read of it is taken over. One of a later version is moved aside as it is, for that version. Throws, with a reason for a person, when there can be no store.
 */
export function openStore(options: StoreOptions): { store: SqliteStore; setAside?: SetAside } {
  try {
    return { store: new SqliteStore(options) };
  } catch (error) {
    if (error instanceof LaterStoreError) return keepForLater(options, error.message);
    const reason = damageOf(error);
    if (reason !== undefined) return isolate(options, reason);
    if (resultCode(error) !== BUSY) throw error;
    throw new Error('another process uses it: each agent needs a directory of its own', { cause: error });
  }
}

function isolate(options: StoreOptions, reason: string): { store: SqliteStore; setAside: SetAside } {
  const movedTo = moveAside(options.path, '.damaged');
  const store = new SqliteStore(options);
  return { store, setAside: { kind: 'damaged', reason, movedTo, recovered: recover(store, movedTo) } };
}

function keepForLater(options: StoreOptions, reason: string): { store: SqliteStore; setAside: SetAside } {
  const movedTo = moveAside(options.path, '.later');
  return { store: new SqliteStore(options), setAside: { kind: 'later', reason, movedTo, recovered: 0 } };
}

function moveAside(path: string, suffix: string): string {
  const movedTo = path + suffix;
  for (const part of ['', '-wal']) {
    rmSync(movedTo + part, { force: true });
    moveIfThere(path + part, movedTo + part);
  }
  return movedTo;
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
