import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { StorageChange, StorageEntry, StorageRead, StorageWritten } from '../../src/storage/storage.ts';
import { CORRUPT, FULL, messageOf, NOT_A_DATABASE, resultCode } from './sqlite_error.ts';

/** How a store is kept. Sizes in bytes. */
export interface StoreOptions {
  readonly path: string;
  /** What the file may grow to. The write-ahead log beside it comes on top; see LOG_BYTES. */
  readonly maxSize: number;
  /** Whether what was set survives a loss of power, not just a kill. */
  readonly fsync: boolean;
  /** Give free pages back to the disk when the file had grown to `needed` and no more than `trigger` of it is used. */
  readonly rebound?: { readonly needed: number; readonly trigger: number } | undefined;
}

/** Large pages suit values of some hundred KiB: half the CPU of 4 KiB (`npm run bench`). */
const PAGE_BYTES = 16 * 1024;
/** After this much the log is written back into the file, and is cut to it. */
const LOG_BYTES = 16 * 1024 * 1024;
/** "SIGL", so that `file` and SQLite tell the store from any other database. */
const APPLICATION_ID = 0x5349474c;
/**
 * Of the file and of all that components keep in it: whoever changes what an entry holds so that an earlier version would
 * misread it raises this, and goes on reading the format before.
 */
const FORMAT = 1;

interface Row {
  readonly value: Uint8Array;
  readonly crc: number;
}

/**
 * Keys and values in an SQLite database of one's own (node:sqlite, write-ahead log, locked against other processes).
 * SQLite checks the log; each entry has a CRC of its own, since SQLite does not check pages.
 */
export class SqliteStore {
  readonly #database: DatabaseSync;
  readonly #options: StoreOptions;
  readonly #set: StatementSync;
  readonly #delete: StatementSync;
  readonly #get: StatementSync;
  #isBloated = false;
  #isSyncing: boolean | undefined;

  /** Opens or makes it. Throws what SQLite throws; `damageOf` says whether the file is to blame. */
  constructor(options: StoreOptions) {
    this.#options = options;
    // SQLite would make it readable for all; its log takes over what the file has.
    closeSync(openSync(options.path, 'a', 0o600));
    this.#database = new DatabaseSync(options.path);
    try {
      this.#prepare(options.maxSize);
      this.#set = this.#database.prepare('INSERT OR REPLACE INTO entries (key, crc, value) VALUES (?, ?, ?)');
      this.#delete = this.#database.prepare('DELETE FROM entries WHERE key = ?');
      this.#get = this.#database.prepare('SELECT crc, value FROM entries WHERE key = ?');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** Makes all of the changes or none. */
  apply(changes: readonly StorageChange[]): StorageWritten {
    const written = this.#write(changes);
    if (written.kind === 'done' && changes.some(({ kind }) => kind === 'delete')) this.#rebound();
    return written;
  }

  get(key: string): StorageRead {
    try {
      const row = this.#get.get(key) as Row | undefined;
      if (row === undefined) return { kind: 'missing' };
      if (row.crc !== checksum(key, row.value)) return { kind: 'damaged', reason: 'its checksum is another' };
      return { kind: 'found', value: row.value };
    } catch (error) {
      return { kind: damageOf(error) === undefined ? 'failed' : 'damaged', reason: messageOf(error) };
    }
  }

  /** In the order of keys. Throws what SQLite throws. */
  entries(): StorageEntry[] {
    const rows = this.#database.prepare('SELECT key, length(value) AS size FROM entries ORDER BY key').all();
    return rows as unknown as StorageEntry[];
  }

  /** Bytes that are in use, and that the file has. */
  size(): { readonly used: number; readonly file: number } {
    const pages = this.#number('page_count');
    return { used: (pages - this.#number('freelist_count')) * PAGE_BYTES, file: pages * PAGE_BYTES };
  }

  /** Copies what can be read of another store's file, from both ends up to the damage; says how many entries that were. */
  takeOver(path: string): number {
    const from = new DatabaseSync(path);
    try {
      let copied = 0;
      for (const order of ['ASC', 'DESC'])
        copied += this.#copyAll(() => from.prepare(`SELECT * FROM entries ORDER BY key ${order}`).iterate());
      return copied;
    } finally {
      from.close();
    }
  }

  /** Writes the file anew without its free pages. Throws what SQLite throws. */
  compact(): void {
    this.#database.exec('VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Gives what is free back to the disk, as far as the disk lets it. */
  shrink(): void {
    for (const step of ['incremental_vacuum', 'wal_checkpoint(TRUNCATE)']) {
      try {
        this.#database.exec(`PRAGMA ${step}`);
      } catch {
        // It stays as large as it is, and is used again.
      }
    }
  }

  close(): void {
    this.#database.close();
  }

  #prepare(maxSize: number): void {
    // Before anything is written to it.
    const format = this.#number('user_version');
    if (format > FORMAT) throw new LaterStoreError(format);
    // The order counts: pages and vacuuming before the first table, the lock before the log.
    this.#database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA trusted_schema = OFF;
       PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = ${LOG_BYTES};
       PRAGMA wal_autocheckpoint = ${LOG_BYTES / PAGE_BYTES};
       PRAGMA max_page_count = ${Math.floor(maxSize / PAGE_BYTES)}`,
    );
    const [check] = this.#database.prepare('PRAGMA quick_check(1)').all();
    if (check?.['quick_check'] !== 'ok') throw new DamagedStoreError(String(check?.['quick_check']));
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, crc INTEGER NOT NULL, value BLOB NOT NULL) STRICT;
       PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT}`,
    );
  }

  #copyAll(rows: () => Iterable<unknown>): number {
    let copied = 0;
    try {
      for (const row of rows()) {
        const { key, crc, value } = row as Row & { readonly key: string };
        if (crc !== checksum(key, value) || this.get(key).kind === 'found') continue;
        if (this.apply([{ kind: 'set', key, value }]).kind === 'done') copied++;
      }
    } catch {
      // Here it is damaged; from the other end there may be more.
    }
    return copied;
  }

  #write(changes: readonly StorageChange[]): StorageWritten {
    try {
      // What was deleted and is there again after a loss of power is merely sent twice.
      this.#sync(this.#options.fsync && changes.some(({ kind }) => kind === 'set'));
      this.#database.exec('BEGIN IMMEDIATE');
      for (const change of changes) {
        if (change.kind === 'delete') this.#delete.run(change.key);
        else this.#set.run(change.key, checksum(change.key, change.value), change.value);
      }
      this.#database.exec('COMMIT');
      return { kind: 'done' };
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      return { kind: resultCode(error) === FULL ? 'full' : 'failed', reason: messageOf(error) };
    }
  }

  #sync(wanted: boolean): void {
    if (wanted === this.#isSyncing) return;
    this.#database.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    this.#isSyncing = wanted;
  }

  #rebound(): void {
    const { rebound } = this.#options;
    if (rebound === undefined) return;
    const { used, file } = this.size();
    this.#isBloated ||= file >= rebound.needed;
    if (!this.#isBloated || used > rebound.trigger) return;
    this.#isBloated = false;
    this.shrink();
  }

  #number(pragma: string): number {
    return Number(this.#database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  }
}

/** SQLite found the file's structure broken. */
class DamagedStoreError extends Error {}

/** The store was written by a later version of Sigel, which knows more than we do. */
export class LaterStoreError extends Error {
  constructor(format: number) {
    super(`it is of a later version of Sigel (format ${format}; this one knows ${FORMAT})`);
  }
}

/** What is wrong with the file, where an error says that it is damaged or no store at all. */
export function damageOf(error: unknown): string | undefined {
  const code = resultCode(error);
  const isDamage = error instanceof DamagedStoreError || code === CORRUPT || code === NOT_A_DATABASE;
  return isDamage ? messageOf(error) : undefined;
}

function checksum(key: string, value: Uint8Array): number {
  return crc32(value, crc32(key));
}
