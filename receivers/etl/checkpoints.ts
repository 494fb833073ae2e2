import { createHash } from 'node:crypto';
import { Positions } from '../../src/receiving/positions.ts';
import type { StorageChange, StorageClient } from '../../src/storage/storage.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { VERSION } from '../../src/version.ts';

/** Files remembered as read; above, those that are no longer there are forgotten. */
const MAX_READ = 10_000;

const READ = 'read/';
const AT = 'at/';

/** How far files of one boot, read together, have come. */
export interface Checkpoint {
  /** Records that an earlier run had settled: they are made again, for what follows from them, and not handed on. */
  readonly start: number;
  readonly positions: Positions;
  /** All records have been taken: when they are settled, the files are read. */
  complete(): void;
}

/**
 * What was read, kept in a storage: files that are done, and of those that are not, how many records are settled. A
 * count of records is one of this version alone: another may make others of the same events.
 */
export class Checkpoints {
  readonly #client: StorageClient;
  readonly #logger: Logger;
  readonly #giveUp: AbortSignal;
  readonly #read = new Set<string>();
  /** What is to be written, the newest of each key. */
  readonly #pending = new Map<string, StorageChange>();
  #saving: Promise<void> | undefined;
  #hasTrouble = false;

  private constructor(client: StorageClient, logger: Logger, giveUp: AbortSignal) {
    this.#client = client;
    this.#logger = logger;
    this.#giveUp = giveUp;
  }

  /** Reads what was kept; rejects when that cannot be. After `giveUp` nothing more is believed to be settled. */
  static async open(client: StorageClient, logger: Logger, giveUp: AbortSignal): Promise<Checkpoints> {
    const checkpoints = new Checkpoints(client, logger, giveUp);
    const entries = await client.entries();
    if (entries === undefined) throw new Error('the positions in the storage cannot be read');
    for (const { key } of entries) if (key.startsWith(READ)) checkpoints.#read.add(key.slice(READ.length));
    return checkpoints;
  }

  /** Whether a file was read to its end, and all of it settled. */
  isRead(fingerprint: string): boolean {
    return this.#read.has(fingerprint);
  }

  /** Forgets what is no longer there, where there is much of it. */
  async forgetAllBut(fingerprints: ReadonlySet<string>): Promise<void> {
    if (this.#read.size <= MAX_READ) return;
    const gone = [...this.#read].filter((one) => !fingerprints.has(one));
    for (const one of gone) this.#read.delete(one);
    await this.#client.batch(gone.map((one) => ({ kind: 'delete', key: READ + one })));
  }

  /** Where these files, to be read together, are to be read on. */
  async of(fingerprints: readonly string[]): Promise<Checkpoint> {
    const set = [...fingerprints].sort();
    const key = AT + createHash('sha256').update(set.join()).digest('hex');
    const start = await this.#startOf(key);
    let all = Number.POSITIVE_INFINITY;
    const settled = (): void => {
      // What a shutdown has given up is settled for the pipeline, but not for who can read it again.
      if (this.#giveUp.aborted) return;
      if (positions.settled < all) this.#save([{ kind: 'set', key, value: valueOf(positions.settled) }]);
      else this.#saveRead(key, set);
    };
    const positions = new Positions(start, settled);
    const complete = (): void => {
      all = positions.taken;
      if (positions.settled >= all) settled();
    };
    return { start, positions, complete };
  }

  /** Resolves when everything that is settled by now is kept, or cannot be. */
  async kept(): Promise<void> {
    await this.#saving;
    // What there was no room for may find some now.
    if (this.#pending.size > 0) await this.#saveAll();
  }

  async #startOf(key: string): Promise<number> {
    const kept = await this.#client.get(key);
    if (kept.kind === 'missing') return 0;
    const position = kept.kind === 'found' ? positionOf(kept.value) : undefined;
    if (position !== undefined) return position;
    this.#logger.warn(
      'traces are read again from their beginning: their position is of another version or damaged',
    );
    return 0;
  }

  #saveRead(key: string, fingerprints: readonly string[]): void {
    for (const one of fingerprints) this.#read.add(one);
    const read = fingerprints.map(
      (one): StorageChange => ({ kind: 'set', key: READ + one, value: new Uint8Array(0) }),
    );
    this.#save([{ kind: 'delete', key }, ...read]);
  }

  #save(changes: readonly StorageChange[]): void {
    for (const change of changes) this.#pending.set(change.key, change);
    this.#saving ??= this.#saveAll();
  }

  /** What comes while something is being written is written together; what cannot be written goes with the next. */
  async #saveAll(): Promise<void> {
    let isKept = true;
    while (isKept && this.#pending.size > 0) {
      const changes = [...this.#pending.values()];
      this.#pending.clear();
      isKept = await this.#write(changes);
      if (isKept) continue;
      for (const change of changes) if (!this.#pending.has(change.key)) this.#pending.set(change.key, change);
    }
    this.#saving = undefined;
  }

  async #write(changes: readonly StorageChange[]): Promise<boolean> {
    const written = await this.#client.batch(changes);
    const isKept = written.kind === 'done';
    if (!isKept && !this.#hasTrouble)
      this.#logger.warn('positions are not kept for now', { reason: written.reason });
    this.#hasTrouble = !isKept;
    return isKept;
  }
}

function valueOf(records: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ version: VERSION, records }));
}

function positionOf(value: Uint8Array): number | undefined {
  try {
    const { version, records } = JSON.parse(new TextDecoder().decode(value)) as Record<string, unknown>;
    return version === VERSION && Number.isSafeInteger(records) ? (records as number) : undefined;
  } catch {
    return undefined;
  }
}
