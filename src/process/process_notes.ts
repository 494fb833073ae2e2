import type { KnownProcess } from './known_process.ts';

/**
 * What somebody keeps of each process, for as long as the process is known to anybody. It stands at the process itself, since
 * a WeakMap of ten thousand costs as many misses of the processor's caches, and the garbage collector a look at each;
 * where two keep something of one process, as two pipelines behind one may, the second one's stands in a WeakMap.
 */
export class ProcessNotes<T extends object> {
  readonly #others = new WeakMap<KnownProcess, T>();

  get(process: KnownProcess): T | undefined {
    // Only this object writes what stands under its name.
    return process.noteOf === this ? (process.note as T) : this.#others.get(process);
  }

  set(process: KnownProcess, note: T): void {
    if (process.noteOf !== undefined && process.noteOf !== this) {
      this.#others.set(process, note);
      return;
    }
    process.noteOf = this;
    process.note = note;
  }
}
