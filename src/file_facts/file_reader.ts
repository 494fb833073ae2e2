import { type FactsWanted, type FileFacts, readFacts } from './facts.ts';
import { keyOf } from './file_place.ts';
import { type FilePlace, type FileStamp, openPlain, pathOf, stampOf } from './plain_file.ts';

/** What came of a request for a file's facts. */
export type FactsOutcome =
  | { readonly kind: 'read' | 'cached'; readonly facts: FileFacts }
  | { readonly kind: 'missing' | 'not_plain' | 'failed' | 'skipped' };

/** Bounds of a reader. */
export interface ReaderLimits {
  /** Files whose facts are kept. */
  readonly cached: number;
  /** Files that may wait to be read. */
  readonly queued: number;
}

interface Cached {
  readonly stamp: FileStamp;
  readonly facts: FileFacts;
  /** When the stamp was last found to hold. */
  checked: number;
}

/** Files read at a time: Node has four threads for all that is done with files. */
const AT_A_TIME = 2;
/** A library is loaded by every process: it is looked at again after this many milliseconds. */
const FRESH = 10_000;

/** Reads facts of files, each once until it changes; what was not used for longest is forgotten. */
export class FileReader {
  readonly #wanted: FactsWanted;
  readonly #limits: ReaderLimits;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #cache = new Map<string, Cached>();
  readonly #asked = new Map<string, Promise<FactsOutcome>>();
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /** `now` in milliseconds, by a clock that never goes back. */
  constructor(wanted: FactsWanted, limits: ReaderLimits, now: () => number = () => performance.now()) {
    this.#wanted = wanted;
    this.#limits = limits;
    this.#now = now;
  }

  /** The facts of a file where they are known already and need no look at it: it was looked at just before. */
  fresh(place: FilePlace): FileFacts | undefined {
    const known = this.#cache.get(keyOf(place));
    return known !== undefined && this.#now() - known.checked < FRESH ? known.facts : undefined;
  }

  /** The facts of a file as it is now. Never rejects. */
  async read(place: FilePlace): Promise<FactsOutcome> {
    const key = keyOf(place);
    const asked = this.#asked.get(key);
    if (asked !== undefined) return asked;
    if (this.#asked.size >= this.#limits.queued) return { kind: 'skipped' };
    const reading = this.#inTurn(() => this.#look(key, place));
    this.#asked.set(key, reading);
    const outcome = await reading;
    this.#asked.delete(key);
    return outcome;
  }

  async #inTurn(work: () => Promise<FactsOutcome>): Promise<FactsOutcome> {
    if (this.#busy >= AT_A_TIME) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#busy++;
    try {
      return await work();
    } catch {
      return { kind: 'failed' };
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy--;
      else next();
    }
  }

  async #look(key: string, place: FilePlace): Promise<FactsOutcome> {
    const known = this.#cache.get(key);
    const stamp = known === undefined ? undefined : await stampOf(place);
    if (known !== undefined && stamp !== undefined && same(known.stamp, stamp)) {
      this.#keep(key, known);
      return { kind: 'cached', facts: known.facts };
    }
    const opened = await openPlain(place);
    if (opened.kind !== 'opened') return opened;
    const { handle, stats } = opened;
    try {
      const path = pathOf(place, place.parts.length);
      const facts = await readFacts({ handle, path, size: stats.size }, this.#wanted);
      const now = { size: stats.size, modified: stats.mtimeMs };
      this.#keep(key, { stamp: now, facts, checked: 0 });
      return { kind: 'read', facts };
    } finally {
      await handle.close();
    }
  }

  #keep(key: string, entry: Cached): void {
    entry.checked = this.#now();
    this.#cache.delete(key);
    this.#cache.set(key, entry);
    if (this.#cache.size <= this.#limits.cached) return;
    for (const oldest of this.#cache.keys()) {
      this.#cache.delete(oldest);
      break;
    }
  }
}

function same(one: FileStamp, two: FileStamp): boolean {
  return one.size === two.size && one.modified === two.modified;
}
