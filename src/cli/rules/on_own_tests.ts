import { issueLine } from '../../config/issue_line.ts';
import type { LoadedRules } from '../../sigma/load.ts';
import { type RuleTestRun, runTestsBeside } from '../../sigma/rule_tests/run.ts';
import { ExitCode, type Io, writeOut } from '../command.ts';
import { counted } from '../counted.ts';
import type { CaseOutcome, JunitCase, JunitSuite, Tested } from './junit.ts';

/** `sigel rules test` without recorded events: each rule on the tests beside it. */
export async function testOnOwn(loaded: LoadedRules, json: boolean, io: Io): Promise<Tested> {
  const suites: JunitSuite[] = [unfound(loaded)].filter(({ cases }) => cases.length > 0);
  const failures = failuresByFile(loaded);
  for (const file of loaded.pathOf.keys())
    suites.push({ name: file, cases: casesOf(file, await runTestsBeside(file), failures.get(file)) });
  for (const suite of suites)
    await writeOut(io.stdout, json ? suite.cases.map(caseJson).join('') : suiteText(suite));
  const all = suites.flatMap(({ cases }) => cases);
  const of = (...kinds: CaseOutcome['kind'][]) =>
    all.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  const failed = of('failed', 'error');
  io.stderr.write(
    `${of('passed')} passed, ${failed} failed, ${counted(of('skipped'), 'rule')} without tests\n`,
  );
  return { suites, exitCode: failed > 0 || of('passed') === 0 ? ExitCode.failed : ExitCode.done };
}

/** Paths that were named and have no rules: mistyped, they must not pass. */
function unfound({ failures }: LoadedRules): JunitSuite {
  const name = 'rules';
  const cases = failures
    .flat()
    .filter(({ range }) => range === undefined)
    .map(
      (issue): JunitCase => ({
        name: 'loading',
        classname: name,
        outcome: { kind: 'error', message: issueLine(issue) },
      }),
    );
  return { name, cases };
}

/** Why rules of a file do not load; a list that is wanting is the matter of its tests. */
function failuresByFile({ failures }: LoadedRules): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const issue of failures.flat()) {
    if (issue.range !== undefined && issue.code !== 'missing_list')
      out.set(issue.range.source.name, issueLine(issue));
  }
  return out;
}

function casesOf(file: string, run: RuleTestRun, failure: string | undefined): JunitCase[] {
  const one = (name: string, outcome: CaseOutcome): JunitCase => ({ name, classname: file, outcome });
  switch (run.kind) {
    case 'none':
      if (failure !== undefined) return [one('loading', { kind: 'error', message: failure })];
      return [one('tests', { kind: 'skipped', message: 'there is no .test.yml beside it' })];
    case 'wrong':
      return [one('tests', { kind: 'error', message: run.message })];
    case 'ran':
      return run.results.map(({ name, passed }) =>
        one(name, passed ? { kind: 'passed' } : { kind: 'failed', message: `not so: ${run.title} ${name}` }),
      );
  }
}

function caseJson({ name, classname, outcome }: JunitCase): string {
  const message = 'message' in outcome ? { message: outcome.message } : {};
  return `${JSON.stringify({ file: classname, test: name, outcome: outcome.kind, ...message })}\n`;
}

/** What a person has to look at. */
function suiteText({ name, cases }: JunitSuite): string {
  const messages = cases.flatMap(({ outcome }) =>
    outcome.kind === 'failed' || outcome.kind === 'error' ? [outcome.message] : [],
  );
  // Rules and their tests come from elsewhere: no text may drive the terminal.
  return messages.map((message) => `${name}: ${message.replace(/[^\P{Cc}\n]/gu, '\u{fffd}')}\n`).join('');
}
