/**
 * A map that forgets what was not used for longest, in generations: two maps, the younger of which takes
 * what is set or read; when it is full it becomes the older one, and the older one is dropped. Holds at most
 * twice `limit` entries and at least the `limit` last used; costs a look-up, where an exact list of uses would cost a
 * removal and an insertion each time.
 */
export class GenerationMap<K, V> {
  readonly #limit: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    const young = this.#young;
    young.set(key, value);
    if (young.size < this.#limit) return;
    this.#old = young;
    this.#young = new Map();
  }

  delete(key: K): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  /** Entries held, an entry of both generations counted twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
