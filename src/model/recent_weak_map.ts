/**
 * A WeakMap that looks at its last key first: records come in runs of one process, container and resource, and
 * comparing costs a fraction of looking up.
 */
export class RecentWeakMap<K extends object, V extends {}> {
  readonly #all = new WeakMap<K, V>();
  #key: K | undefined;
  #value: V | undefined;

  /** The value of a key, or undefined. */
  get(key: K): V | undefined {
    if (key === this.#key) return this.#value;
    const value = this.#all.get(key);
    if (value !== undefined) {
      this.#key = key;
      this.#value = value;
    }
    return value;
  }

  /** Keeps a value as long as its key lives, and the last one beside the map. */
  set(key: K, value: V): V {
    this.#all.set(key, value);
    this.#key = key;
    this.#value = value;
    return value;
  }
}
