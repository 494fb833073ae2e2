import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../interop/peers/process.ts';
import { ROOT } from '../interop/shared_data.ts';
import type { LedgerFile } from '../interop/sigel.ts';
import type { Usage } from './usage.ts';

/** One run of a case: how many units (events, records) it did in how much CPU time. */
export interface Sample {
  readonly units: number;
  readonly cpuSeconds: number;
  readonly rssMib?: number;
  /** By the clock, where that matters. */
  readonly wallSeconds?: number;
  /** Anything a case wants to say. */
  readonly note?: string;
}

/** Runs a case of cases/ in a child of its own and reads the line of JSON it prints. */
export async function runCase(name: string, args: readonly string[]): Promise<Sample> {
  const script = join(import.meta.dirname, 'cases', `${name}.ts`);
  return parse(name, await run(process.execPath, ['--expose-gc', script, ...args], { cwd: ROOT }));
}

/** Runs any program that prints one line of JSON, as the cases do. */
export async function runProgram(command: string, args: readonly string[]): Promise<Sample> {
  return parse(command, await run(command, args));
}

/**
 * Runs the command line itself and measures the whole process, from start to exit. The units are the records
 * of events; a run whose ledger does not show every record delivered fails.
 */
export async function runSigel(args: readonly string[]): Promise<Sample> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-usage-'));
  try {
    const usageFile = join(folder, 'usage.json');
    const ledgerFile = join(folder, 'ledger.json');
    const preload = ['--import', join(import.meta.dirname, 'usage.ts')];
    const program = [join(ROOT, 'src', 'main.ts'), ...args, '--ledger', ledgerFile];
    const env = { ...process.env, SIGEL_BENCH_USAGE: usageFile };
    const ended = await run(process.execPath, [...preload, ...program], { cwd: ROOT, env });
    if (ended.code !== 0)
      throw new Error(`sigel ${args.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
    const usage: Usage = JSON.parse(readFileSync(usageFile, 'utf8'));
    return { units: delivered(JSON.parse(readFileSync(ledgerFile, 'utf8'))), ...usage };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU time that a process has taken, of proc(5): fields 14 and 15 of stat, in hundredths of a second. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The most memory that a process has had so far, of proc(5): VmHWM of status. */
export function peakMibOf(pid: number): number {
  const [, kib] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** Records of events; what rules made of them was delivered too, and does not count. */
function delivered({ accounts, balanced }: LedgerFile): number {
  const sum = (kind: string, key: 'emitted' | 'delivered') =>
    accounts.reduce((n, account) => n + (account.kind === kind ? account[key] : 0), 0);
  const records = sum('receiver', 'emitted');
  if (!balanced || sum('exporter', 'delivered') < records) throw new Error('not every record was delivered');
  return records;
}

/** The sample with the median rate of several runs. */
export async function median(times: number, sample: () => Promise<Sample>): Promise<Sample> {
  const samples: Sample[] = [];
  for (let i = 0; i < times; i++) samples.push(await sample());
  return middle(samples);
}

/** The sample with the median rate. */
export function middle(samples: readonly Sample[]): Sample {
  const found = samples.toSorted((a, b) => rate(a) - rate(b))[samples.length >> 1];
  if (found === undefined) throw new Error('no run');
  return found;
}

/** Units per CPU-second. */
export function rate(sample: Sample): number {
  return sample.units / sample.cpuSeconds;
}

function parse(name: string, ended: { code: number | null; stdout: string; stderr: string }): Sample {
  if (ended.code !== 0) throw new Error(`${name} ended with ${ended.code}:\n${ended.stderr}`);
  const sample: Sample = JSON.parse(ended.stdout.trimEnd().split('\n').at(-1) ?? '');
  return sample;
}
