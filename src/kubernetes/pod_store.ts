import { isDeepStrictEqual } from 'node:util';
import type { PodFacts } from './pod_facts.ts';
import type { PodChange } from './pod_source.ts';

/** How many pods are kept, and how long. */
export interface PodStoreOptions {
  readonly maxPods: number;
  readonly keepDeletedMs: number;
  /** Milliseconds of any clock that does not go back. */
  readonly now: () => number;
  readonly onChange: (change: PodChange) => void;
}

interface Entry {
  readonly pod: PodFacts;
  readonly deletedAt: number | undefined;
}

/** Pods by uid, bounded; a deleted one is kept for a time. */
export class PodStore {
  readonly #options: PodStoreOptions;
  /** Deleted ones in the order they were deleted. */
  readonly #pods = new Map<string, Entry>();
  /** Pods that there was no room for, or that made others be forgotten early. */
  overflowed = 0;

  constructor(options: PodStoreOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pods.size;
  }

  get(uid: string): PodFacts | undefined {
    return this.#pods.get(uid)?.pod;
  }

  /** A pod is there, as it says. */
  put(pod: PodFacts): void {
    const known = this.#pods.get(pod.uid);
    if (known === undefined && !this.#makeRoom()) return;
    const isNew = known === undefined || !isDeepStrictEqual(known.pod, pod);
    this.#pods.set(pod.uid, { pod: isNew ? pod : known.pod, deletedAt: undefined });
    if (isNew) this.#options.onChange({ kind: 'pod', pod });
  }

  /** A pod is no longer there. */
  delete(uid: string): void {
    const known = this.#pods.get(uid);
    if (known === undefined || known.deletedAt !== undefined) return;
    this.#pods.delete(uid);
    this.#pods.set(uid, { pod: known.pod, deletedAt: this.#options.now() });
  }

  /** Only these are there. */
  retain(uids: ReadonlySet<string>): void {
    // A deleted one comes by once more, at the end.
    for (const uid of this.#pods.keys()) if (!uids.has(uid)) this.delete(uid);
  }

  /** Forgets those that were deleted long enough ago. */
  expire(): void {
    const until = this.#options.now() - this.#options.keepDeletedMs;
    for (const [uid, { deletedAt }] of this.#pods)
      if (deletedAt !== undefined && deletedAt <= until) this.#forget(uid);
  }

  #makeRoom(): boolean {
    if (this.#pods.size < this.#options.maxPods) return true;
    this.overflowed++;
    for (const [uid, { deletedAt }] of this.#pods) {
      if (deletedAt === undefined) continue;
      this.#forget(uid);
      return true;
    }
    return false;
  }

  #forget(uid: string): void {
    const known = this.#pods.get(uid);
    if (known === undefined) return;
    this.#pods.delete(uid);
    this.#options.onChange({ kind: 'forget', pod: known.pod });
  }
}
