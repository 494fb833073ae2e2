/**
 * `npm run test:interop`: the suites that talk to real peers, most worthwhile first, in two lanes beside each other:
 * those of test/windows, which run Windows code under Wine and share it, and all others.
 * Says what was skipped and why. In CI a skip counts as a failure, unless the time budget caused it.
 * Ends with `N passed, N failed` alone on a line; exit code 1 on a failure or when nothing ran.
 */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run as runTests } from 'node:test';
import { spec } from 'node:test/reporters';
import { BUDGET_REASON } from './peers/peer.ts';
import { isCi } from './peers/tools.ts';

/** Suites in the order of their worth; any that is not named here runs last. */
const ORDER = [
  'reference_reader',
  'inspect',
  'inspect_events',
  'oracles',
  'collector',
  'delivery',
  'otlp_http',
  'jaeger',
  'metrics',
  'alerts',
  'status_page',
  'killed',
  'faults',
  'storage_faults',
  'memory',
  'windows/abi',
  'windows/standin',
  'windows/consumer',
  'windows/live',
  'windows/governor',
  'windows/product',
  'windows/capture',
  'windows/replay',
  'windows/sessions',
  'windows/tdh',
  'windows/host',
  'windows/jobs',
  'windows/event_log',
  'windows/file_facts',
  'windows/storage',
  'windows/control',
  'windows/service',
  'windows/doctor',
  'windows/verify',
  'windows/release',
  'image',
  'containerd',
  'containerd_records',
  'journal',
  'attribution',
  'containerd_pipe',
  'windows/containerd',
  'windows/attribution',
  'containerd_api',
  'kubernetes',
  'chart',
  'recorded_hits',
  'rego',
  'python_readers',
  'ocsf',
  'webhook',
  'gateways',
  'views',
  'elastic',
  'pe_files',
  // The longest build of all.
  'windows/containerd_2',
  // Minutes that mostly wait.
  'fault_schedule',
  'soak',
];
/** Where suites lie, by the first part of their name. */
const FOLDERS: readonly (readonly [prefix: string, folder: string])[] = [
  ['', import.meta.dirname],
  ['windows/', join(import.meta.dirname, '..', 'windows')],
];

/** A suite that takes longer, with the builds of its peers, hangs. */
const SUITE_MS = 25 * 60_000;

/** What suites came to. */
interface Result {
  passed: number;
  failed: number;
  /** `suite: test (reason)`. */
  readonly skipped: string[];
}

const total: Result = { passed: 0, failed: 0, skipped: [] };
const lanes = Object.values(Object.groupBy(wanted(), (suite) => String(suite.startsWith('windows/'))));
await Promise.all(lanes.map((lane) => runLane(lane ?? [])));
process.exitCode = summary(total) ? 0 : 1;

/** The suites that the command line names; all where it names none. */
function wanted(): string[] {
  const named = process.argv.slice(2);
  if (named.length === 0) return suites();
  return suites().filter((suite) => named.some((name) => suite === name || suite.startsWith(`${name}/`)));
}

function suites(): string[] {
  const found = FOLDERS.flatMap(([prefix, folder]) =>
    globSync('**/*.test.ts', { cwd: folder }).map((name) => prefix + name),
  );
  const rank = (name: string) => (ORDER.indexOf(name) + ORDER.length + 1) % (ORDER.length + 1);
  return found
    .map((name) => name.replace('.test.ts', '').replaceAll('\\', '/'))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function fileOf(suite: string): string {
  const [prefix, folder] = FOLDERS.findLast(([prefix]) => suite.startsWith(prefix)) ?? ['', '.'];
  return join(folder, `${suite.slice(prefix.length)}.test.ts`);
}

async function runLane(lane: readonly string[]): Promise<void> {
  for (const suite of lane) {
    const { passed, failed, skipped } = await runSuite(suite);
    total.passed += passed;
    total.failed += failed;
    total.skipped.push(...skipped);
  }
}

/** Runs a suite. Beside another lane it shows what it printed when it is over, not mixed with the other's. */
async function runSuite(suite: string): Promise<Result> {
  const began = Date.now();
  const result: Result = { passed: 0, failed: 0, skipped: [] };
  process.stdout.write(lanes.length > 1 ? `… ${suite}\n` : `\n== ${suite}\n`);
  const stream = runTests({ files: [fileOf(suite)], concurrency: false, timeout: SUITE_MS });
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite') return;
    if (skip === undefined || skip === false) result.passed++;
    else
      result.skipped.push(`${suite}: ${name} (${skip === true || skip === '' ? 'no reason given' : skip})`);
  });
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') result.failed++;
  });
  const held: string[] = lanes.length > 1 ? [`\n== ${suite}\n`] : [];
  for await (const shown of stream.compose(spec)) {
    if (lanes.length > 1) held.push(String(shown));
    else process.stdout.write(String(shown));
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  held.push(`== ${suite}: ${result.passed} passed, ${result.failed} failed in ${seconds} s\n`);
  process.stdout.write(held.join(''));
  return result;
}

/** Prints the end; says whether all is well. */
function summary({ passed, failed, skipped }: Result): boolean {
  const excused = skipped.filter((line) => line.includes(BUDGET_REASON));
  const bad = isCi() ? skipped.length - excused.length : 0;
  process.stdout.write('\n');
  for (const line of skipped) process.stdout.write(`SKIPPED ${line}\n`);
  if (bad > 0) process.stdout.write(`${bad} skipped without leave count as failed in CI\n`);
  if (passed + failed === 0) process.stdout.write('NOTHING RAN\n');
  process.stdout.write(`${passed} passed, ${failed + bad} failed\n`);
  return failed + bad === 0 && passed > 0;
}
