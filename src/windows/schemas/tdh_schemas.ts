import type { LiveSchemas } from '../../etw/decoder.ts';
import type { EventView } from '../../etw/event_view.ts';
import type { Schema } from '../../etw/schema.ts';
import { type Answer, answerSize, mapNames, schemaIn, schemaOf } from './answer.ts';
import { answerKey } from './answer_file.ts';
import type { AnswerStore } from './answer_folder.ts';
import { TimeBudget } from './budget.ts';
import { type EventImage, type EventKey, eventImage, eventKey } from './event_image.ts';
import { ProviderNameList } from './provider_names.ts';
import { saysUnknown, type Tdh } from './tdh.ts';

/** What {@link TdhSchemas} needs. */
export interface TdhSchemasOptions {
  readonly tdh: Tdh;
  /** What a provider's descriptions are of; see ProviderVersions. */
  readonly versionOf: (guid: string) => string;
  /** Undefined: answers do not outlive the process. */
  readonly store: AnswerStore | undefined;
  /** Milliseconds, never going back. */
  readonly now: () => number;
}

/** What came of asking, counted since the start. */
export interface TdhCounts {
  asked: number;
  known: number;
  unknown: number;
  /** TDH failed, or answered with something that is no description. */
  failed: number;
  /** Answers that an earlier run had kept. */
  kept: number;
  /** Events that wait until there is time to ask. */
  postponed: number;
  /** Providers whose answers could not be kept. */
  unsaved: number;
}

interface KnownProvider {
  readonly version: string;
  readonly answers: Map<number, Answer>;
  unknown: number;
  changed: boolean;
}

/** Half a second at once is less than the kernel's buffers hold; then a tenth of the time. */
const ASKING = { most: 500, share: 0.1 } as const;
// Bounds on what writers of ever new events can make of us.
const MAX_PROVIDERS = 2000;
const MAX_BYTES = 32 * 1024 * 1024;
/** Events of a provider that TDH does not know, after which it is not asked about that provider any more. */
const MAX_UNKNOWN = 256;
const MAX_WAITING = 1000;
const UNKNOWN: Answer = { kind: 'unknown' };

/**
 * Schemas of a running host, asked of TDH on first sight of an event and remembered, also on disk and also
 * that there is none. Asking takes milliseconds on the thread that decodes, so its time is bounded; what
 * finds none left is asked about later ({@link TdhSchemas.renew}).
 */
export class TdhSchemas implements LiveSchemas {
  readonly counts: TdhCounts = {
    asked: 0,
    known: 0,
    unknown: 0,
    failed: 0,
    kept: 0,
    postponed: 0,
    unsaved: 0,
  };
  readonly #options: TdhSchemasOptions;
  readonly #names: ProviderNameList;
  readonly #budget: TimeBudget;
  readonly #providers = new Map<string, KnownProvider>();
  /** Providers to ask about when there is time. */
  readonly #postponed = new Set<string>();
  /** Providers that nobody had registered. */
  readonly #unregistered = new Set<string>();
  #bytes = 0;

  constructor(options: TdhSchemasOptions) {
    this.#options = options;
    this.#budget = new TimeBudget({ now: options.now, ...ASKING });
    this.#names = new ProviderNameList(options.tdh, options.now);
  }

  providerName(guid: string): string | undefined {
    return this.#names.of(guid)?.name;
  }

  /** The GUIDs that a name is registered for, in any case of its letters; usually one. */
  guidsOf(name: string): readonly string[] {
    return this.#names.guidsOf(name);
  }

  schema(event: EventView): Schema | undefined {
    const key = eventKey(event);
    if (key === undefined) return undefined;
    const answer = this.#answer(event, key);
    return answer === undefined ? undefined : schemaOf(answer, key);
  }

  /**
   * To be called now and then: tells which providers can be asked about again, so that the decoder forgets
   * what it has (`providers.forgetSchemas`).
   */
  renew(forget: (guid: string, name: string | undefined) => void): void {
    if (this.#names.renew()) this.#release(this.#unregistered, forget);
    if (this.#budget.open) this.#release(this.#postponed, forget);
  }

  /** Writes the answers that are new; what cannot be written is counted and asked again after a restart. */
  async save(): Promise<void> {
    const { store } = this.#options;
    if (store === undefined) return;
    for (const [guid, provider] of this.#providers) {
      if (!provider.changed || !this.#isWorthKeeping(guid, provider)) continue;
      provider.changed = false;
      try {
        await store.save(guid, provider.version, new Map(provider.answers));
      } catch {
        this.counts.unsaved++;
      }
    }
  }

  #release(list: Set<string>, forget: (guid: string, name: string | undefined) => void): void {
    for (const guid of list) forget(guid, this.providerName(guid));
    list.clear();
  }

  // Of a class that nobody knows there is nothing to keep: anyone can write events of such.
  #isWorthKeeping(guid: string, { answers }: KnownProvider): boolean {
    if (this.#names.of(guid) !== undefined) return true;
    for (const { kind } of answers.values()) if (kind === 'known') return true;
    return false;
  }

  #answer(event: EventView, key: EventKey): Answer | undefined {
    // A manifest's provider is registered, or TDH does not know it; a MOF class is no provider.
    if (key.kind === 'manifest' && !this.#names.mayKnow(key.guid)) return this.#wait(this.#unregistered, key);
    const at = answerKey(key.kind, key.number, key.version);
    const known = this.#providers.get(key.guid)?.answers.get(at);
    if (known !== undefined) return known;
    if (!this.#budget.open) return this.#wait(this.#postponed, key);
    return this.#budget.spend(() => this.#find(event, key, at));
  }

  #find(event: EventView, key: EventKey, at: number): Answer | undefined {
    const provider = this.#provider(key.guid);
    const kept = provider.answers.get(at);
    if (kept !== undefined) return kept;
    if (provider.unknown >= MAX_UNKNOWN) return UNKNOWN;
    const answer = this.#ask(eventImage(event, key), key);
    if (answer === undefined) return this.#wait(this.#postponed, key);
    this.#keep(provider, at, answer);
    return answer;
  }

  // Undefined where asking failed: another time it may not.
  #ask(image: EventImage, key: EventKey): Answer | undefined {
    const { tdh } = this.#options;
    this.counts.asked++;
    const info = tdh.eventInformation(image);
    if (info.kind === 'failed') {
      if (saysUnknown(info.error.code)) return UNKNOWN;
      this.counts.failed++;
      return undefined;
    }
    const schema = schemaIn(info.value, key);
    if (schema === undefined) {
      // Kept all the same: asking again would give it again.
      this.counts.failed++;
      return { kind: 'known', info: info.value, maps: [] };
    }
    const maps = mapNames(schema).map((name) => tdh.eventMap(image, name));
    const given = maps.flatMap((map) => (map.kind === 'ok' ? [map.value] : []));
    return { kind: 'known', info: info.value, maps: given };
  }

  #keep(provider: KnownProvider, at: number, answer: Answer): void {
    this.counts[answer.kind]++;
    if (answer.kind === 'unknown') provider.unknown++;
    provider.answers.set(at, answer);
    provider.changed = true;
    this.#bytes += answerSize(answer);
  }

  #provider(guid: string): KnownProvider {
    const known = this.#providers.get(guid);
    if (known !== undefined) return known;
    if (this.#providers.size >= MAX_PROVIDERS || this.#bytes > MAX_BYTES) {
      this.#providers.clear();
      this.#bytes = 0;
    }
    const { store, versionOf } = this.#options;
    const version = versionOf(guid);
    const answers = store?.load(guid, version) ?? new Map<number, Answer>();
    let unknown = 0;
    for (const answer of answers.values()) {
      if (answer.kind === 'unknown') unknown++;
      this.#bytes += answerSize(answer);
    }
    this.counts.kept += answers.size;
    const made = { version, answers, unknown, changed: false };
    this.#providers.set(guid, made);
    return made;
  }

  #wait(list: Set<string>, { guid }: EventKey): undefined {
    this.counts.postponed++;
    if (list.size < MAX_WAITING) list.add(guid);
    return undefined;
  }
}
