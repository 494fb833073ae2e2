import { issueLine } from '../../config/issue_line.ts';
import type { LoadedRules } from '../../sigma/load.ts';
import type { CorrelationRule, SigmaRule } from '../../sigma/rule/documents.ts';
import type { CaseOutcome, JunitSuite } from './junit.ts';

/** What came of a file of recorded events. */
export interface FileRun {
  readonly file: string;
  /** Of each rule that fired: on which records, the first of them. */
  readonly fired: ReadonlyMap<SigmaRule | CorrelationRule, readonly string[]>;
  /** Why it could not be read. */
  readonly error: string | undefined;
}

/**
 * A suite of what could not be loaded, and one for each file of events: a rule that fired there has passed, one that did not is
 * skipped, since only its user knows whether it should have.
 */
export function eventSuites(loaded: LoadedRules, runs: readonly FileRun[]): JunitSuite[] {
  const failures = loaded.failures.flat().map((issue) => ({
    name: issue.message,
    classname: issue.range?.source.name ?? 'rules',
    outcome: { kind: 'failed', message: issueLine(issue) } as const,
  }));
  const rules = [...loaded.rules, ...loaded.correlations.map(({ rule }) => rule)];
  return [
    ...(failures.length === 0 ? [] : [{ name: 'loading', cases: failures }]),
    ...runs.map((run) => fileSuite(run, rules)),
  ];
}

function fileSuite(
  { file, fired, error }: FileRun,
  rules: readonly (SigmaRule | CorrelationRule)[],
): JunitSuite {
  if (error !== undefined)
    return {
      name: file,
      cases: [{ name: 'reading', classname: file, outcome: { kind: 'error', message: error } }],
    };
  const cases = rules.map((rule) => ({
    name: rule.metadata.title,
    classname: rule.metadata.range.source.name,
    outcome: outcomeOf(fired.get(rule)),
  }));
  return { name: file, cases };
}

function outcomeOf(records: readonly string[] | undefined): CaseOutcome {
  return records === undefined
    ? { kind: 'skipped', message: 'it did not fire' }
    : { kind: 'passed', output: `fired on ${records.join('; ')}` };
}
