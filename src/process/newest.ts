import type { KnownProcess } from './known_process.ts';

/**
 * The newest process of each pid; older ones hang on it. Records come in runs of one pid, so the last answer is
 * looked at first.
 */
export class Newest {
  readonly #byPid = new Map<number, KnownProcess>();
  #pid: number | undefined;
  #process: KnownProcess | undefined;

  of(pid: number): KnownProcess | undefined {
    if (pid !== this.#pid) {
      this.#pid = pid;
      this.#process = this.#byPid.get(pid);
    }
    return this.#process;
  }

  /** Undefined where the pid is nobody's any more. */
  set(pid: number, process: KnownProcess | undefined): void {
    this.#pid = undefined;
    if (process === undefined) this.#byPid.delete(pid);
    else this.#byPid.set(pid, process);
  }

  all(): Iterable<KnownProcess> {
    return this.#byPid.values();
  }

  clear(): void {
    this.#pid = undefined;
    this.#byPid.clear();
  }
}
