import { type RegisteredProvider, readProviderList } from './provider_list.ts';
import type { Tdh } from './tdh.ts';

/** The list takes some 50 ms to make, and software is seldom installed. */
const RENEW_AFTER = 5 * 60_000;

/** The providers that are registered on this host; read when first asked for, renewed when one is missed. */
export class ProviderNameList {
  readonly #tdh: Tdh;
  readonly #now: () => number;
  #byGuid: ReadonlyMap<string, RegisteredProvider> | undefined;
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
    this.#byGuid = new Map(readProviderList(answer.value).map((provider) => [provider.guid, provider]));
  }
}
