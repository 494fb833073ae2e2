/**
 * `npm run test:interop`: the suites that talk to real peers, most worthwhile first, one after the other;
 * those of test/windows run Windows code under Wine.
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
  'status_page',
  'killed',
  'windows/abi',
  'windows/standin',
  'windows/consumer',
  'windows/live',
  'windows/product',
  'windows/replay',
  'windows/sessions',
  'windows/tdh',
  'windows/host',
  'windows/jobs',
  'windows/event_log',
  'windows/file_facts',
  'windows/storage',
  'windows/doctor',
  'windows/verify',
  'containerd',
  'containerd_records',
  'journal',
  'attribution',
  'containerd_pipe',
  'windows/containerd',
  'windows/attribution',
  'containerd_api',
  'kubernetes',
  'recorded_hits',
  'rego',
  'python_readers',
  'pe_files',
  // The longest build of all.
  'windows/containerd_2',
];
/** Where suites lie, by the first part of their name. */
const FOLDERS: readonly (readonly [prefix: string, folder: string])[] = [
  ['', import.meta.dirname],
  ['windows/', join(import.meta.dirname, '..', 'windows')],
];

/** A suite that takes longer hangs. */
const SUITE_MS = 15 * 60_000;

interface Result {
  passed: number;
  failed: number;
  /** `suite: test (reason)`. */
  readonly skipped: string[];
}

const result: Result = { passed: 0, failed: 0, skipped: [] };
const wanted = process.argv.slice(2);
for (const suite of suites()) {
  if (wanted.length === 0 || wanted.some((name) => suite === name || suite.startsWith(`${name}/`)))
    await runSuite(suite);
}
process.exitCode = summary(result) ? 0 : 1;

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

async function runSuite(suite: string): Promise<void> {
  const began = Date.now();
  process.stdout.write(`\n== ${suite}\n`);
  const stream = runTests({
    files: [fileOf(suite)],
    concurrency: false,
    timeout: SUITE_MS,
  });
  const before = { ...result };
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite') return;
    if (skip === undefined || skip === false) result.passed++;
    else
      result.skipped.push(`${suite}: ${name} (${skip === true || skip === '' ? 'no reason given' : skip})`);
  });
  stream.on('test:fail', ({ details }) => {
    if (details.type !== 'suite') result.failed++;
  });
  const shown = stream.compose(spec);
  shown.pipe(process.stdout, { end: false });
  await new Promise((resolve, reject) => {
    shown.on('end', resolve);
    shown.on('error', reject);
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const passed = result.passed - before.passed;
  process.stdout.write(
    `== ${suite}: ${passed} passed, ${result.failed - before.failed} failed in ${seconds} s\n`,
  );
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
