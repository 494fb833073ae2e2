/** What became of a case. */
export type CaseOutcome =
  | { readonly kind: 'passed'; readonly output?: string }
  | { readonly kind: 'failed' | 'error' | 'skipped'; readonly message: string };

/** One case of a suite. */
export interface JunitCase {
  readonly name: string;
  /** What it is a case of: a rule's file. */
  readonly classname: string;
  readonly outcome: CaseOutcome;
}

/** Cases that belong together. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** What came of testing. */
export interface Tested {
  readonly suites: readonly JunitSuite[];
  readonly exitCode: number;
}

/** Suites as JUnit XML, in the form that CI systems read. */
export function junitXml(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const head = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="sigel rules test"${counts(all)}>\n`;
  return `${head}${suites.map(suiteXml).join('')}</testsuites>\n`;
}

function suiteXml({ name, cases }: JunitSuite): string {
  return `  <testsuite name="${escaped(name)}"${counts(cases)}>\n${cases.map(caseXml).join('')}  </testsuite>\n`;
}

function counts(cases: readonly JunitCase[]): string {
  const of = (kind: CaseOutcome['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return ` tests="${cases.length}" failures="${of('failed')}" errors="${of('error')}" skipped="${of('skipped')}"`;
}

function caseXml({ name, classname, outcome }: JunitCase): string {
  const head = `    <testcase name="${escaped(name)}" classname="${escaped(classname)}"`;
  const inner = outcomeXml(outcome);
  return inner === '' ? `${head}/>\n` : `${head}>${inner}</testcase>\n`;
}

const ELEMENTS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const;

function outcomeXml(outcome: CaseOutcome): string {
  if (outcome.kind !== 'passed') return `<${ELEMENTS[outcome.kind]} message="${escaped(outcome.message)}"/>`;
  return outcome.output === undefined ? '' : `<system-out>${escaped(outcome.output)}</system-out>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
};

/** XML 1.0 has no way to write other control characters, nor half of a surrogate pair. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[&<>"\n\t\r]/g, (c) => ENTITIES[c] ?? c)
    .replace(/[\p{Cc}\u{fffe}\u{ffff}]/gu, '\u{fffd}');
}
