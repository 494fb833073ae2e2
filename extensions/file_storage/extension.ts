import { join } from 'node:path';
import type { z } from 'zod';
import type { ComponentContext } from '../../src/component.ts';
import type { StoreRow } from '../../src/status/panels.ts';
import type { StorageClient, StorageExtension, StorageOwner } from '../../src/storage/storage.ts';
import { observeStorage } from '../../src/telemetry/storage_metrics.ts';
import { FileStorageClient } from './client.ts';
import type { fileStorageConfig } from './config.ts';
import { prepareDirectory } from './directory.ts';
import { fileNameOf } from './file_name.ts';
import type { SetAside } from './open_store.ts';
import { messageOf } from './sqlite_error.ts';
import { StoreThread } from './store_thread.ts';

type Config = z.infer<typeof fileStorageConfig>;

const MIB = 1024 * 1024;

/** A file for each component that asks for one, all on one thread; see README.md. */
export class FileStorageExtension implements StorageExtension {
  readonly #context: ComponentContext;
  readonly #config: Config;
  /** By file name without case: Windows makes no difference there. */
  readonly #clients = new Map<string, FileStorageClient>();
  readonly #taken = new Set<string>();
  #thread: StoreThread | undefined;
  #damaged = 0;

  constructor(context: ComponentContext, config: Config) {
    this.#context = context;
    this.#config = config;
  }

  async start(): Promise<void> {
    const { directory, create_directory: create } = this.#config;
    await prepareDirectory(directory, create);
    this.#thread = new StoreThread();
    this.#context.account.status.show('stores', () => this.#rows());
    observeStorage(this.#context.meter, () => ({ stores: this.#clients, damaged: this.#damaged }));
  }

  async client(owner: StorageOwner): Promise<StorageClient> {
    if (this.#thread === undefined) throw new Error('the storage is not started');
    const name = fileNameOf(owner);
    if (this.#taken.has(name.toLowerCase())) throw new Error(`two components would share ${name}`);
    this.#taken.add(name.toLowerCase());
    const path = join(this.#config.directory, name);
    const { size, setAside } = await this.#open(this.#thread, path);
    if (setAside !== undefined) this.#tellOf(path, setAside);
    const client = new FileStorageClient(this.#thread, path, size);
    this.#clients.set(name, client);
    return client;
  }

  async shutdown(): Promise<void> {
    for (const [name, client] of this.#clients) {
      try {
        await client.close();
      } catch (error) {
        this.#context.logger.warn('a store was not closed', { store: name, error: String(error) });
      }
    }
    await this.#thread?.stop();
  }

  #tellOf(store: string, { kind, reason, movedTo, recovered }: SetAside): void {
    const { logger } = this.#context;
    const facts = { store, reason, moved_to: movedTo };
    if (kind === 'later')
      return logger.error(
        'a store was moved aside for the later version that has written it: a new one is begun',
        facts,
      );
    this.#damaged++;
    logger.error('a store was damaged: it was moved aside, what could be read was kept', {
      ...facts,
      entries_kept: recovered,
    });
  }

  #rows(): readonly StoreRow[] {
    const { max_size: max } = this.#config;
    return Array.from(this.#clients, ([name, { size, refused }]) => {
      return { name, ...size, max, refused: refused.full + refused.failed };
    });
  }

  async #open(thread: StoreThread, path: string) {
    const { max_size: maxSize, fsync, compaction } = this.#config;
    const rebound = {
      needed: compaction.rebound_needed_threshold_mib * MIB,
      trigger: compaction.rebound_trigger_threshold_mib * MIB,
    };
    const options = { path, maxSize, fsync, rebound: compaction.on_rebound ? rebound : undefined };
    try {
      return await thread.ask({ kind: 'open', store: path, options, compact: compaction.on_start });
    } catch (error) {
      throw new Error(`the store ${path} cannot be used: ${messageOf(error)}`, { cause: error });
    }
  }
}
