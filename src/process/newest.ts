import type { KnownProcess } from './known_process.ts';

/** Windows numbers processes in steps of four, and uses low numbers first. */
const STEP_BITS = 2;
const PAGE_BITS = 8;
const PAGE_MASK = (1 << PAGE_BITS) - 1;
/** Pids below a million have a place in a page. */
const PAGES = 1 << 10;

type Page = (KnownProcess | undefined)[];

/**
 * The newest process of each pid; older ones hang on it. Each record asks, and of ten thousand processes none is in the
 * processor's caches: so it is a table by pages, where an answer is one place in memory, and in a Map it is two or three.
 */
export class Newest {
  readonly #pages: (Page | undefined)[] = Array.from({ length: PAGES }, () => undefined);
  /** Those of pids that have no place. */
  readonly #others = new Map<number, KnownProcess>();

  of(pid: number): KnownProcess | undefined {
    const place = pid >>> STEP_BITS;
    if (!isPlaced(pid, place)) return this.#others.get(pid);
    return this.#pages[place >>> PAGE_BITS]?.[place & PAGE_MASK];
  }

  /** Undefined where the pid is nobody's any more. */
  set(pid: number, process: KnownProcess | undefined): void {
    const place = pid >>> STEP_BITS;
    if (isPlaced(pid, place)) this.#page(place >>> PAGE_BITS)[place & PAGE_MASK] = process;
    else if (process === undefined) this.#others.delete(pid);
    else this.#others.set(pid, process);
  }

  *all(): Generator<KnownProcess> {
    for (const page of this.#pages)
      for (const process of page ?? []) if (process !== undefined) yield process;
    yield* this.#others.values();
  }

  clear(): void {
    this.#pages.fill(undefined);
    this.#others.clear();
  }

  #page(index: number): Page {
    return (this.#pages[index] ??= Array.from({ length: PAGE_MASK + 1 }, () => undefined));
  }
}

function isPlaced(pid: number, place: number): boolean {
  return place < PAGES << PAGE_BITS && place << STEP_BITS === pid;
}
