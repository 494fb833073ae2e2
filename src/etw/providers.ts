import { kernelClass } from './catalogue/kernel_groups.ts';
import type { CompiledSchema } from './decoder.ts';
import type { EventView } from './event_view.ts';
import { guidText } from './guid.ts';
import { readTraitsName } from './tracelogging.ts';

/** What is known of a provider (or event class): its name and the schemas met so far. */
export class ProviderEntry {
  /** Lower case without braces; null for a kernel group without a known class. */
  readonly guid: string | null;
  name: string;
  /** Whether the name is one that somebody gave, rather than the GUID. */
  named: boolean;
  /** The GUID as four little-endian int32. */
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  traitsRead = false;
  /** The GUID that the provider's traits name to look up its schemas by. */
  decodeGuid: string | undefined = undefined;
  /** The next entry whose GUID has the same hash. */
  next: ProviderEntry | undefined = undefined;
  /** By (id or opcode) and version; undefined where no source knows. */
  readonly schemas = new Map<number, CompiledSchema | undefined>();
  lastKey = -1;
  last: CompiledSchema | undefined = undefined;

  constructor(
    guid: string | null,
    name: string | undefined,
    words: readonly [number, number, number, number],
  ) {
    this.guid = guid;
    this.name = name ?? guid ?? 'unknown';
    this.named = name !== undefined;
    [this.word0, this.word1, this.word2, this.word3] = words;
  }

  /** Whether the event's GUID is this one. */
  isOf(e: EventView): boolean {
    return (
      this.word0 === e.guid0 && this.word1 === e.guid1 && this.word2 === e.guid2 && this.word3 === e.guid3
    );
  }
}

function readTraits(entry: ProviderEntry, e: EventView): void {
  entry.traitsRead = true;
  const name = readTraitsName(e.bytes, e.traitsAt, e.traitsSize);
  if (!entry.named && name !== undefined && name !== '') {
    entry.name = name.slice(0, MAX_NAME);
    entry.named = true;
  }
  entry.decodeGuid = e.extendedItems().decodeGuid;
}

/** How names are known (src/etw/catalogue). */
export interface ProviderNames {
  providerName(guid: string): string | undefined;
}

// More providers than any real trace has; a hostile one starts the table anew.
const MAX_PROVIDERS = 10_000;
/** Providers whose hash is the same: looked through one by one. */
const MAX_CHAIN = 32;
/** Longer names than any provider's own. */
const MAX_NAME = 1024;

/** Finds the entry of an event's provider; entries are made on first sight. Bounded. */
export class ProviderTable {
  readonly #names: ProviderNames;
  readonly #byHash = new Map<number, ProviderEntry>();
  readonly #byGuid = new Map<string, ProviderEntry>();
  /** By hook id (group and opcode); filled, since V8 looks up a sparse array by hash. */
  readonly #kernel = new Array<ProviderEntry | undefined>(0x10000).fill(undefined);
  readonly #none: ProviderEntry = new ProviderEntry(null, 'message', [0, 0, 0, 0]);
  readonly #kernelByName = new Map<string, ProviderEntry>();
  #last: ProviderEntry = this.#none;

  constructor(names: ProviderNames) {
    this.#names = names;
  }

  of(e: EventView): ProviderEntry {
    if (e.group >= 0) return this.#kernelEntry(e.group, e.opcode);
    const last = this.#last;
    const entry = last.isOf(e) && last !== this.#none ? last : this.#find(e);
    this.#last = entry;
    if (!entry.traitsRead && e.traitsAt !== 0) readTraits(entry, e);
    return entry;
  }

  #find(e: EventView): ProviderEntry {
    if ((e.guid0 | e.guid1 | e.guid2 | e.guid3) === 0) return this.#none;
    const hash =
      e.guid0 ^ Math.imul(e.guid1, 0x85ebca6b) ^ Math.imul(e.guid2 ^ Math.imul(e.guid3, 0x2c1b3c6d), 31);
    let length = 0;
    for (let entry = this.#byHash.get(hash); entry !== undefined; entry = entry.next) {
      if (entry.isOf(e)) return entry;
      length++;
    }
    if (this.#byGuid.size >= MAX_PROVIDERS || length >= MAX_CHAIN) this.clear();
    const words = [e.guid0, e.guid1, e.guid2, e.guid3] as const;
    const guid = guidText(...words);
    const made = new ProviderEntry(guid, this.#names.providerName(guid), words);
    made.next = this.#byHash.get(hash);
    this.#byHash.set(hash, made);
    this.#byGuid.set(guid, made);
    return made;
  }

  #kernelEntry(group: number, opcode: number): ProviderEntry {
    const hook = (group << 8) | opcode;
    let entry = this.#kernel[hook];
    if (entry === undefined) {
      const { guid, name } = kernelClass(group, opcode);
      entry = this.#kernelByName.get(name) ?? new ProviderEntry(guid, name, [0, 0, 0, 0]);
      this.#kernelByName.set(name, entry);
      this.#kernel[hook] = entry;
    }
    return entry;
  }

  /** A provider's schemas (and name) have become known: what was looked up before no longer holds. */
  forgetSchemas(guid: string, name: string | undefined): void {
    const entry = this.#byGuid.get(guid);
    if (entry === undefined) return;
    entry.schemas.clear();
    entry.lastKey = -1;
    if (entry.named || name === undefined) return;
    entry.name = name;
    entry.named = true;
  }

  /** How many providers are known, and schemas that were looked up for them, those that nobody knows included. */
  get sizes(): { readonly providers: number; readonly schemas: number } {
    const entries = [...this.#byGuid.values(), ...this.#kernelByName.values()];
    return {
      providers: entries.length,
      schemas: entries.reduce((sum, { schemas }) => sum + schemas.size, 0),
    };
  }

  /** Forgets every provider and what was looked up for it; all of it is found anew. */
  clear(): void {
    this.#byHash.clear();
    this.#byGuid.clear();
    this.#kernel.fill(undefined);
    this.#kernelByName.clear();
    this.#last = this.#none;
  }
}
