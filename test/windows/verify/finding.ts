/** What one check came to: a line of the report. */
export interface Finding {
  /** The point of docs/windows-verification.md that it settles. */
  readonly point: string;
  /** `SKIP`: it could not be looked at here. */
  readonly verdict: 'PASS' | 'FAIL' | 'SKIP';
  /** What was seen, in a sentence or less. */
  readonly reason: string;
  /** Numbers for whoever reads the report. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** A finding of one check: it passes where nothing is wrong. */
export function judged(
  point: string,
  wrong: string | undefined,
  right: string,
  facts?: Readonly<Record<string, unknown>>,
): Finding {
  return {
    point,
    verdict: wrong === undefined ? 'PASS' : 'FAIL',
    reason: wrong ?? right,
    ...(facts === undefined ? {} : { facts }),
  };
}

/** A finding of what could not be looked at. */
export function skipped(point: string, reason: string): Finding {
  return { point, verdict: 'SKIP', reason };
}

/** Findings as lines of JSON; 64-bit numbers as texts. */
export function findingLines(findings: readonly Finding[]): string {
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return findings.map((finding) => `${JSON.stringify(finding, plain)}\n`).join('');
}
