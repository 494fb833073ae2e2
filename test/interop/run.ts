/**
 * `npm run test:interop [NAME…]`: the suites that talk to real peers, most worthwhile first, in lanes beside each other.
 * A suite with a failure runs once more, alone, when all others are over: real peers beside each other on a busy machine
 * can be late. What failed at first is printed at the end also where all passed then.
 * Says what was skipped and why. In CI a skip counts as a failure, unless the time budget caused it.
 * Ends with `N passed, N failed` alone on a line; exit code 1 on a failure or when nothing ran.
 */
import { runSuite, type SuiteResult } from '../support/suite_run.ts';
import { BUDGET_REASON, mayStart } from './peers/peer.ts';
import { isCi } from './peers/tools.ts';
import { fileOf, lanesOf, wantedSuites } from './suites.ts';

/** A suite that takes longer, with the builds of its peers, hangs. */
const SUITE_MS = 25 * 60_000;

const lanes = lanesOf(wantedSuites(process.argv.slice(2)));
const first = (await Promise.all(lanes.map((lane) => runLane(lane, lanes.length > 1)))).flat();
const late: string[] = [];
const results: SuiteResult[] = [];
for (const result of first) results.push(await again(result));
process.exitCode = summary(results) ? 0 : 1;

async function runLane(lane: readonly string[], hold: boolean): Promise<SuiteResult[]> {
  const ran: SuiteResult[] = [];
  for (const suite of lane) ran.push(await runInterop(suite, hold));
  return ran;
}

/** A result that stands, or that of a second run. */
async function again(result: SuiteResult): Promise<SuiteResult> {
  if (result.failed.length === 0 || !mayStart()) return result;
  const second = await runInterop(result.suite, false);
  if (second.failed.length === 0)
    late.push(...result.failed.map((name) => `${result.suite}: ${name} passed in its second run only`));
  return second;
}

function runInterop(suite: string, hold: boolean): Promise<SuiteResult> {
  return runSuite(suite, { files: [fileOf(suite)], timeout: SUITE_MS }, hold);
}

/** Prints the end; says whether all is well. */
function summary(results: readonly SuiteResult[]): boolean {
  const skipped = results.flatMap((result) => result.skipped);
  const excused = skipped.filter((line) => line.includes(BUDGET_REASON));
  const bad = isCi() ? skipped.length - excused.length : 0;
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed.length, bad);
  process.stdout.write('\n');
  for (const line of skipped) process.stdout.write(`SKIPPED ${line}\n`);
  for (const line of late) process.stdout.write(`FAILED AT FIRST ${line}\n`);
  if (bad > 0) process.stdout.write(`${bad} skipped without leave count as failed in CI\n`);
  if (passed + failed === 0) process.stdout.write('NOTHING RAN\n');
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0;
}
