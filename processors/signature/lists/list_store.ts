import { BUILTIN_LISTS } from '../../../src/sigma/builtin.ts';
import type { Lists } from '../../../src/sigma/rule/expand.ts';
import { ValueList } from '../../../src/sigma/rule/value_list.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import type { KeptList } from './config.ts';
import { KeptListReader } from './kept_list.ts';

/** Lists by name, as the configuration has them. */
export type ListConfigs = Readonly<Record<string, readonly string[] | KeptList>>;

/** A list that could not be read is tried again after this time, in milliseconds. */
const RETRY = 60_000;

/** The lists that rules name, read again from time to time. */
export class ListStore {
  readonly #lists = new Map<string, ValueList>();
  readonly #logger: Logger;
  readonly #onStale: (name: string) => void;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failing = new Set<string>();
  readonly #closed = new AbortController();

  /** `onStale` is told of a list that has new values which loaded rules do not know; see {@link ValueList.replace}. */
  constructor(logger: Logger, onStale: (name: string) => void) {
    this.#logger = logger;
    this.#onStale = onStale;
  }

  /** What built-in rules name is empty where it is not given. */
  get lists(): Lists {
    return this.#lists;
  }

  /** Lists whose last reading failed. */
  get failing(): number {
    return this.#failing.size;
  }

  /**
   * Reads all lists. Rejects, naming the list, for a file that cannot be read; a location that does not answer, and of
   * which nothing is kept, makes an empty list until it does.
   */
  async open(configs: ListConfigs): Promise<void> {
    for (const name of BUILTIN_LISTS) this.#lists.set(name, new ValueList([]));
    await Promise.all(
      Object.entries(configs).map(async ([name, config]) => {
        const list = new ValueList('refresh' in config ? [] : config);
        this.#lists.set(name, list);
        if ('refresh' in config) await this.#first(name, list, new KeptListReader(config), config);
      }),
    );
  }

  /** Ends reading. */
  close(): void {
    this.#closed.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #first(name: string, list: ValueList, reader: KeptListReader, config: KeptList): Promise<void> {
    if (await this.#read(name, list, reader)) return this.#later(name, list, reader, config.refresh);
    if (config.url === undefined) throw new Error(`the list ${name} cannot be read from ${config.file}`);
    const kept = await reader.kept();
    if (kept !== undefined) list.replace(kept);
    this.#later(name, list, reader, RETRY);
  }

  #later(name: string, list: ValueList, reader: KeptListReader, wait: number): void {
    if (this.#closed.signal.aborted) return;
    // Not all nodes at once.
    const timer = setTimeout(() => void this.#again(name, list, reader), wait * (0.9 + 0.1 * Math.random()));
    this.#timers.set(name, timer.unref());
  }

  async #again(name: string, list: ValueList, reader: KeptListReader): Promise<void> {
    const isRead = await this.#read(name, list, reader);
    this.#later(name, list, reader, isRead ? reader.refresh : Math.min(RETRY, reader.refresh));
  }

  /** False when the list stays as it was for want of something better. */
  async #read(name: string, list: ValueList, reader: KeptListReader): Promise<boolean> {
    const read = await reader.read(this.#closed.signal);
    if (this.#closed.signal.aborted) return true;
    if (read.kind === 'failed') {
      this.#failing.add(name);
      this.#logger.warn(`the list ${name} cannot be read: ${read.reason}`, { values: list.size });
      return false;
    }
    this.#failing.delete(name);
    if (read.kind === 'unchanged') return true;
    if (read.notKept !== undefined) this.#logger.warn(`the list ${name} cannot be kept: ${read.notKept}`);
    if (list.replace(read.values)) this.#onStale(name);
    return true;
  }
}
