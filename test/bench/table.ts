import { median, middle, rate, type Sample } from './measure.ts';

/** Figures to reach: rates at least, per CPU-second and by the clock; memory at most. */
export interface Goal {
  readonly atLeast?: number;
  readonly perSecond?: number;
  readonly mibAtMost?: number;
}

/** A row that is measured among others. */
export interface Case {
  readonly name: string;
  readonly sample: () => Promise<Sample>;
  readonly goal?: Goal;
}

/** Prints results as they come, one line each, under headings. */
export class Table {
  /** Goals that were not reached. */
  readonly missed: string[] = [];
  readonly #runs: number;

  constructor(runs: number) {
    this.#runs = runs;
  }

  heading(text: string): void {
    process.stdout.write(`\n${text}\n`);
  }

  /**
   * Measures the median of several runs, prints and returns it; a case that cannot run says why and the rest
   * goes on.
   */
  async row(
    name: string,
    sample: () => Promise<Sample>,
    goal?: Goal,
    runs: number = this.#runs,
  ): Promise<Sample | undefined> {
    try {
      return this.#show(name, await median(runs, sample), goal);
    } catch (error) {
      this.skipped(name, error instanceof Error ? error.message : String(error));
      if (goal !== undefined) this.missed.push(`${name}: did not run`);
      return undefined;
    }
  }

  /**
   * Measures cases by turns, each as often as any row, and prints the medians: what a machine does at times, or to whatever
   * comes first, meets all of them. A case that fails ends the run.
   */
  async rows(cases: readonly Case[]): Promise<readonly Sample[]> {
    const samples = cases.map((): Sample[] => []);
    for (let run = 0; run < this.#runs; run++)
      for (const [i, { sample }] of cases.entries()) samples[i]?.push(await sample());
    return cases.map(({ name, goal }, i) => this.#show(name, middle(samples[i] ?? []), goal));
  }

  #show(name: string, result: Sample, goal: Goal | undefined): Sample {
    const judged = judge(result, goal);
    process.stdout.write(`  ${name.padEnd(74)}${columns(result)}${judged.text}\n`);
    if (!judged.reached) this.missed.push(`${name}:${judged.text}`);
    return result;
  }

  /** Whether one is ahead of another per CPU-second. */
  ahead(name: string, ours: Sample | undefined, theirs: Sample | undefined): void {
    if (ours === undefined || theirs === undefined) return;
    const times = rate(ours) / rate(theirs);
    const text = `${times.toFixed(2)} times the peer's rate per CPU-second`;
    process.stdout.write(`  ${name.padEnd(74)}${text}\n`);
    if (times <= 1) this.missed.push(`${name}: ${text}`);
  }

  skipped(name: string, reason: string): void {
    process.stdout.write(`  ${name.padEnd(74)}NOT RUN: ${reason.slice(0, 2000)}\n`);
  }
}

function columns(sample: Sample): string {
  const rss = sample.rssMib === undefined ? '' : `  RSS ${sample.rssMib.toFixed(0)} MiB`;
  const note = sample.note === undefined ? '' : `  ${sample.note}`;
  const clock = sample.wallSeconds === undefined ? '' : `  ${human(sample.units / sample.wallSeconds)}/s`;
  const spent = `${sample.units} in ${sample.cpuSeconds.toFixed(2)} CPU-s`;
  return `${human(rate(sample)).padStart(9)}/CPU-s  (${spent}${rss})${clock}${note}`;
}

function judge(sample: Sample, goal: Goal | undefined): { text: string; reached: boolean } {
  if (goal === undefined) return { text: '', reached: true };
  const { atLeast = 0, perSecond = 0, mibAtMost = Infinity } = goal;
  const reached =
    rate(sample) >= atLeast &&
    (perSecond === 0 || sample.units / (sample.wallSeconds ?? Infinity) >= perSecond) &&
    (mibAtMost === Infinity || (sample.rssMib ?? Infinity) <= mibAtMost);
  const aims = [
    ...(goal.atLeast === undefined ? [] : [`at least ${human(atLeast)}`]),
    ...(goal.perSecond === undefined ? [] : [`at least ${human(perSecond)} a second`]),
    ...(goal.mibAtMost === undefined ? [] : [`at most ${mibAtMost} MiB`]),
  ];
  return { text: `  goal ${aims.join(', ')}: ${reached ? 'reached' : 'MISSED'}`, reached };
}

function human(n: number): string {
  if (n >= 1e6) return `${(n / 1e6).toFixed(2)} M`;
  return n >= 1e3 ? `${(n / 1e3).toFixed(1)} k` : n.toFixed(0);
}
