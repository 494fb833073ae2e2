import type { Container } from '../../src/containerd/facts.ts';
import { microsOf } from '../../src/process/time.ts';

interface Owner {
  readonly container: Container;
  /** When the owner before it had ended, in microseconds. */
  readonly from: number;
  readonly disputed: boolean;
}

/** Which container has what only one can have at a time: a session, a silo. */
export class Owners<K> {
  readonly #owners = new Map<K, Owner>();

  /** A process of a container was seen to have it; whether that was new. */
  claim(key: K, container: Container): boolean {
    const known = this.#owners.get(key);
    if (known?.container === container) return false;
    const from = known === undefined ? Number.NEGATIVE_INFINITY : endOf(known.container);
    // Two at a time cannot be: neither is believed.
    const disputed = known !== undefined && (known.disputed || from === Number.POSITIVE_INFINITY);
    this.#owners.set(key, { container, from, disputed });
    return true;
  }

  /** What is told of it does not fit: nobody has it. */
  dispute(key: K): void {
    const known = this.#owners.get(key);
    if (known !== undefined) this.#owners.set(key, { ...known, disputed: true });
  }

  /** Whose it was when something of it began (microseconds). */
  of(key: K, began: number): Container | undefined {
    const owner = this.#owners.get(key);
    if (owner === undefined || owner.disputed || began < owner.from) return undefined;
    return began > endOf(owner.container) ? undefined : owner.container;
  }

  /** Whether it is known at all, disputed or not. */
  has(key: K): boolean {
    return this.#owners.has(key);
  }

  /** How many are known. */
  get size(): number {
    return this.#owners.size;
  }

  /** Forgets what a container has. */
  forget(container: Container): void {
    for (const [key, owner] of this.#owners) if (owner.container === container) this.#owners.delete(key);
  }
}

function endOf({ init, deletedAt }: Container): number {
  const end = init?.exitedAt ?? deletedAt;
  return end === undefined ? Number.POSITIVE_INFINITY : microsOf(end);
}
