import { type RegisteredProvider, readProviderList } from './provider_list.ts';
import type { Tdh } from './tdh.ts';

/** The list takes some 50 ms to make, and software is seldom installed. */
const RENEW_AFTER = 5 * 60_000;

/** The providers that are registered on this host; read when first asked for, renewed when one is missed. */
export class ProviderNameList {
  readonly #tdh: Tdh;
  readonly #now: () => number;
  #byGuid: ReadonlyMap<string, RegisteredProvider> | undefined;
  #byName: ReadonlyMap<string, readonly string[]> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #missed = false;

  constructor(tdh: Tdh, now: () => number) {
    this.#tdh = tdh;
    this.#now = now;
  }

  of(guid: string): RegisteredProvider | undefined {
    const found = this.#list()?.get(guid);
    if (found === undefined) this.#missed = true;
    return found;
  }

  /** The GUIDs that a name is registered for, in any case of its letters; usually one. */
  guidsOf(name: string): readonly string[] {
    this.#list();
    const guids = this.#byName?.get(name.toLowerCase());
    if (guids === undefined) this.#missed = true;
    return guids ?? [];
  }

  /** Whether TDH may know a provider: it is registered, or who is registered could not be found out. */
  mayKnow(guid: string): boolean {
    return this.#list() === undefined || this.of(guid) !== undefined;
  }

  /** Reads the list again, when it is old and somebody was missed; true when it did. */
  renew(): boolean {
    if (!this.#missed || this.#now() - this.#readAt < RENEW_AFTER) return false;
    this.#read();
    return true;
  }

  #list(): ReadonlyMap<string, RegisteredProvider> | undefined {
    if (this.#readAt === Number.NEGATIVE_INFINITY) this.#read();
    return this.#byGuid;
  }

  #read(): void {
    this.#readAt = this.#now();
    this.#missed = false;
    const answer = this.#tdh.providers();
    if (answer.kind === 'failed') return;
    const providers = readProviderList(answer.value);
    this.#byGuid = new Map(providers.map((provider) => [provider.guid, provider]));
    const byName = Map.groupBy(providers, ({ name }) => name.toLowerCase());
    this.#byName = new Map([...byName].map(([name, same]) => [name, same.map(({ guid }) => guid)]));
  }
}
