import { run } from 'node:test';
import { spec } from 'node:test/reporters';

/** What a suite came to. */
export interface SuiteResult {
  readonly suite: string;
  passed: number;
  /** The names of the tests that did, and of what could not even begin. */
  readonly failed: string[];
  /** `suite: test (reason)`. */
  readonly skipped: string[];
}

/**
 * Runs the test files of a suite, in processes of their own, and prints what they tell as it comes; where `hold`, only when all
 * is over, so that it does not mix with another's.
 */
export async function runSuite(
  suite: string,
  options: NonNullable<Parameters<typeof run>[0]>,
  hold: boolean,
): Promise<SuiteResult> {
  const began = Date.now();
  const result: SuiteResult = { suite, passed: 0, failed: [], skipped: [] };
  const held: string[] = [];
  const print = (text: string) => (hold ? held.push(text) : process.stdout.write(text));
  if (hold) process.stdout.write(`… ${suite}\n`);
  print(`\n== ${suite}\n`);
  const stream = run({ concurrency: false, ...options });
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'suite') return;
    if (skip === undefined || skip === false) result.passed++;
    else
      result.skipped.push(`${suite}: ${name} (${skip === true || skip === '' ? 'no reason given' : skip})`);
  });
  stream.on('test:fail', ({ name, details }) => {
    // A suite that fails as its tests did is told of by them.
    if (details.type !== 'suite' || failureType(details.error) !== 'subtestsFailed') result.failed.push(name);
  });
  for await (const shown of stream.compose(spec)) print(String(shown));
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  print(`== ${suite}: ${result.passed} passed, ${result.failed.length} failed in ${seconds} s\n`);
  process.stdout.write(held.join(''));
  return result;
}

function failureType(error: unknown): unknown {
  return error instanceof Error && 'failureType' in error ? error.failureType : undefined;
}
