import type { RuleIssue } from '../../../src/sigma/rule/issue.ts';

type Failures = readonly (readonly RuleIssue[])[];

/**
 * What makes a changed set of rules worse than the running one: failures in a file that has more of them than before.
 * What failed before already keeps nobody from changing other rules; a list that is not given is the user's choice.
 */
export function newFailures(before: Failures, now: Failures): Failures {
  const allowed = countByFile(before);
  const found = countByFile(now);
  return now.filter((failure) => {
    const file = fileOf(failure);
    return !lacksList(failure) && (found.get(file) ?? 0) > (allowed.get(file) ?? 0);
  });
}

function countByFile(failures: Failures): Map<string, number> {
  const counts = new Map<string, number>();
  for (const failure of failures) {
    if (lacksList(failure)) continue;
    const file = fileOf(failure);
    counts.set(file, (counts.get(file) ?? 0) + 1);
  }
  return counts;
}

function lacksList(failure: readonly RuleIssue[]): boolean {
  return failure.every(({ code }) => code === 'missing_list');
}

// What has no place, such as a file that cannot be read, has its own text for it.
function fileOf([issue]: readonly RuleIssue[]): string {
  return issue?.range?.source.name ?? issue?.message ?? '';
}
