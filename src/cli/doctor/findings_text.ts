import type { Finding } from './finding.ts';

/** Findings for a person: a line each, with what to do below it. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const indent = ' '.repeat(width + 8);
  const lines = findings.flatMap(({ check, verdict, found, advice }) => [
    `${verdict.padEnd(4)}  ${check.padEnd(width)}  ${found}`,
    ...(advice === undefined ? [] : [`${indent}${advice}`]),
  ]);
  return `${lines.join('\n')}\n\n${sum(findings)}\n`;
}

function sum(findings: readonly Finding[]): string {
  const count = (verdict: Finding['verdict']): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const failed = count('fail');
  const warned = count('warn');
  const warnings = warned === 0 ? '' : `, ${warned} to look at`;
  return failed === 0 ? `Sigel can run here${warnings}.` : `${failed} failed${warnings}.`;
}
