import type { Container } from '../../src/containerd/facts.ts';
import { microsOf } from '../../src/process/time.ts';
import { CLOCKS_APART } from './claims.ts';

interface Owner {
  readonly container: Container;
  /** What began before that (microseconds) cannot be its. */
  readonly from: number;
  /** Nor what began after that. */
  readonly until: number;
  /** When it was seen to have it (microseconds); before that, it may have been another's. */
  readonly seen: number;
  readonly disputed: boolean;
}

/** What a silo may still start when its container's first process is gone. */
const TEARDOWN = 2_000_000;

/** Which container has what only one can have at a time: a session, a silo. */
export class Owners<K> {
  readonly #owners = new Map<K, Owner>();
  readonly #usedAgain: boolean;

  /** Whether another container can have the same later. */
  constructor({ usedAgain }: { readonly usedAgain: boolean }) {
    this.#usedAgain = usedAgain;
  }

  /**
   * A container is known to have it, as was seen at a time (microseconds); `freed`: from when on nobody else can have had
   * it, as far as is known. Whether that was new.
   */
  claim(key: K, container: Container, seen: number, freed = Number.NEGATIVE_INFINITY): boolean {
    const known = this.#owners.get(key);
    if (known?.container === container) return false;
    // Two at a time cannot be: neither is believed.
    const isShared = known !== undefined && (!this.#usedAgain || endOf(known) === Number.POSITIVE_INFINITY);
    const disputed = known?.disputed === true || isShared;
    this.#owners.set(key, {
      container,
      from: Math.max(leftBy(known), freed, createdOf(container) - CLOCKS_APART),
      until: Number.POSITIVE_INFINITY,
      seen,
      disputed,
    });
    return true;
  }

  /** Something of nobody known ended at a time (microseconds): what is only seen later to be another's may have been its. */
  free(time: number): void {
    for (const [key, owner] of this.#owners)
      if (time <= owner.seen && time > owner.from) this.#owners.set(key, { ...owner, from: time });
  }

  /** The silo of a container has ended at a time: it has nothing any more. */
  end(container: Container, until: number): void {
    for (const [key, owner] of this.#owners)
      if (owner.container === container) this.#owners.set(key, { ...owner, until });
  }

  /** What is told of it does not fit: nobody has it. */
  dispute(key: K): void {
    const known = this.#owners.get(key);
    if (known !== undefined) this.#owners.set(key, { ...known, disputed: true });
  }

  /** Whose it was when something of it began (microseconds); the time may be left out of what is not used again. */
  of(key: K, began?: number): Container | undefined {
    const owner = this.#owners.get(key);
    if (owner === undefined || owner.disputed) return undefined;
    if (began === undefined) return this.#usedAgain ? undefined : owner.container;
    return began < owner.from || began > endOf(owner) ? undefined : owner.container;
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

function createdOf({ details: { createdAt } }: Container): number {
  return createdAt === undefined ? Number.NEGATIVE_INFINITY : microsOf(createdAt);
}

function endOf({ container: { init, deletedAt }, until }: Owner): number {
  const end = init?.exitedAt ?? deletedAt;
  return end === undefined ? until : Math.min(until, microsOf(end));
}

/** From when on what one has had can be another's. It may have been of somebody before whom nobody told of. */
function leftBy(owner: Owner | undefined): number {
  if (owner === undefined) return Number.NEGATIVE_INFINITY;
  return owner.until === Number.POSITIVE_INFINITY ? endOf(owner) + TEARDOWN : owner.until;
}
