/** A map of bounded size that forgets what was not asked for longest. */
export class RecentMap<V> {
  readonly #all = new Map<string, V>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#all.size;
  }

  /** The value of a key, which becomes the most recent; made where there is none. */
  of(key: string, make: () => V): V {
    const known = this.#all.get(key);
    if (known !== undefined) this.#all.delete(key);
    const value = known ?? make();
    this.#all.set(key, value);
    if (this.#all.size > this.#max) for (const oldest of this.#all.keys()) return this.#forget(oldest, value);
    return value;
  }

  #forget(key: string, value: V): V {
    this.#all.delete(key);
    return value;
  }
}
