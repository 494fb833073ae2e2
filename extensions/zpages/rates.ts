/** Samples kept: two minutes at one a second. */
const KEPT = 120;
/** A rate is over this many samples, so that batches do not make it jump. */
const OVER = 5;

/** Rates of counters that only grow, by name, from samples at even times. */
export class Rates {
  readonly #series = new Map<string, number[]>();
  readonly #times: number[] = [];

  /** Takes what all counters stand at; `now` in milliseconds, by a clock that never goes back. */
  sample(counters: Iterable<readonly [name: string, value: number]>, now: number): void {
    push(this.#times, now);
    for (const [name, value] of counters) {
      const series = this.#series.get(name) ?? [];
      this.#series.set(name, series);
      push(series, value);
    }
  }

  /** How much it grows in a second now; 0 before there are two samples. */
  perSecond(name: string): number {
    const series = this.#series.get(name) ?? [];
    return this.#between(series, series.length - 1, Math.max(0, series.length - 1 - OVER));
  }

  /** How much it grew in a second, oldest first. */
  history(name: string): readonly number[] {
    const series = this.#series.get(name) ?? [];
    return series.slice(1).map((_, i) => this.#between(series, i + 1, i));
  }

  #between(series: readonly number[], to: number, from: number): number {
    // A series may have begun later than the times.
    const shift = this.#times.length - series.length;
    const seconds = ((this.#times[to + shift] ?? 0) - (this.#times[from + shift] ?? 0)) / 1000;
    return seconds > 0 ? Math.max(0, (series[to] ?? 0) - (series[from] ?? 0)) / seconds : 0;
  }
}

function push(series: number[], value: number): void {
  series.push(value);
  if (series.length > KEPT) series.shift();
}
