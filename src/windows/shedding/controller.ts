/** What a look at the CPU time came to. */
export type Step = 'shed' | 'restore' | undefined;

/** Above the limit this long, on average, more is shed; in seconds. */
export const ABOVE = 10;
/** Below {@link MARGIN} of it this long, less is shed. */
export const BELOW = 60;
/** What is restored costs CPU time again. */
export const MARGIN = 0.7;
/** How long that may take at most, where restoring did not last. */
export const MOST_BELOW = 600;

interface Sample {
  readonly seconds: number;
  readonly cpu: number;
}

/**
 * Decides when to shed more, and when less. Pure: it is shown the time and the CPU time that the process has used, about
 * once a second. Each step begins a new measurement, so its effect is seen before the next one. What was restored and had to be
 * shed again at once waits twice as long.
 */
export class Controller {
  readonly #most: number;
  /** Since the last step, the oldest first. */
  #samples: Sample[] = [];
  #below = BELOW;
  #restoredAt = Number.NEGATIVE_INFINITY;
  #level = 0;
  #usage = 0;

  /** `most` steps can be gone. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many steps are gone: 0 where nothing is shed. */
  get level(): number {
    return this.#level;
  }

  /** Cores in use, the mean of ten seconds, when that was last measured. */
  get usage(): number {
    return this.#usage;
  }

  /** Takes what the process has used by now, in seconds, and may use, in cores; what is to be done. */
  look(seconds: number, cpu: number, limit: number): Step {
    this.#samples.push({ seconds, cpu });
    while ((this.#samples[1]?.seconds ?? seconds) < seconds - MOST_BELOW - ABOVE) this.#samples.shift();
    const mean = this.#meanOver(ABOVE);
    this.#usage = mean ?? this.#usage;
    if (this.#level < this.#most && (mean ?? 0) > limit) return this.#shed(seconds);
    if (this.#level > 0 && (this.#meanOver(this.#below) ?? limit) < MARGIN * limit)
      return this.#restore(seconds);
    return undefined;
  }

  #shed(seconds: number): Step {
    const wasInVain = seconds - this.#restoredAt < this.#below;
    this.#below = wasInVain ? Math.min(MOST_BELOW, 2 * this.#below) : BELOW;
    return this.#step(1);
  }

  #restore(seconds: number): Step {
    this.#restoredAt = seconds;
    return this.#step(-1);
  }

  #step(by: 1 | -1): Step {
    this.#level += by;
    this.#samples = this.#samples.slice(-1);
    return by > 0 ? 'shed' : 'restore';
  }

  /** Undefined where that much was not measured since the last step. */
  #meanOver(duration: number): number | undefined {
    const last = this.#samples.at(-1);
    if (last === undefined) return undefined;
    const first = this.#samples.findLast(({ seconds }) => seconds <= last.seconds - duration);
    return first === undefined ? undefined : (last.cpu - first.cpu) / (last.seconds - first.seconds);
  }
}
