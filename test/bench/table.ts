import { median, rate, type Sample } from './measure.ts';

/** A figure to reach: a rate at least, or memory at most. */
export type Goal = { readonly atLeast: number } | { readonly mibAtMost: number };

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

  /** Measures the median of several runs and prints it; a case that cannot run says why and the rest goes on. */
  async row(
    name: string,
    sample: () => Promise<Sample>,
    goal?: Goal,
    runs: number = this.#runs,
  ): Promise<void> {
    try {
      const result = await median(runs, sample);
      const judged = judge(result, goal);
      process.stdout.write(`  ${name.padEnd(74)}${columns(result)}${judged.text}\n`);
      if (!judged.reached) this.missed.push(`${name}:${judged.text}`);
    } catch (error) {
      this.skipped(name, error instanceof Error ? error.message : String(error));
      if (goal !== undefined) this.missed.push(`${name}: did not run`);
    }
  }

  skipped(name: string, reason: string): void {
    process.stdout.write(`  ${name.padEnd(74)}NOT RUN: ${reason.slice(0, 2000)}\n`);
  }
}

function columns(sample: Sample): string {
  const rss = sample.rssMib === undefined ? '' : `  RSS ${sample.rssMib.toFixed(0)} MiB`;
  const note = sample.note === undefined ? '' : `  ${sample.note}`;
  const spent = `${sample.units} in ${sample.cpuSeconds.toFixed(2)} CPU-s`;
  return `${human(rate(sample)).padStart(9)}/CPU-s  (${spent}${rss})${note}`;
}

function judge(sample: Sample, goal: Goal | undefined): { text: string; reached: boolean } {
  if (goal === undefined) return { text: '', reached: true };
  const reached =
    'atLeast' in goal ? rate(sample) >= goal.atLeast : (sample.rssMib ?? Infinity) <= goal.mibAtMost;
  const aim = 'atLeast' in goal ? `at least ${human(goal.atLeast)}` : `at most ${goal.mibAtMost} MiB`;
  return { text: `  goal ${aim}: ${reached ? 'reached' : 'MISSED'}`, reached };
}

function human(n: number): string {
  if (n >= 1e6) return `${(n / 1e6).toFixed(2)} M`;
  return n >= 1e3 ? `${(n / 1e3).toFixed(1)} k` : n.toFixed(0);
}
