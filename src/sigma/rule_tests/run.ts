import { dirname, extname, join } from 'node:path';
import { issueLine } from '../../config/issue_line.ts';
import { Detector } from '../detector.ts';
import { eventLogTable } from '../event_log/table.ts';
import { type LoadedRules, loadRules } from '../load.ts';
import type { CorrelationRule, SigmaRule } from '../rule/documents.ts';
import { ValueList } from '../rule/value_list.ts';
import { finished } from '../steps.ts';
import { type RuleTests, readTestsBeside, type Scene } from './file.ts';
import { recordsOf } from './scene.ts';

/** A test of a rule, and whether it is as it should be. */
export interface RuleTestResult {
  /** `fires on {…}` or `is quiet on {…}`. */
  readonly name: string;
  readonly passed: boolean;
}

/** What came of the tests beside a rule file. */
export type RuleTestRun =
  | { readonly kind: 'ran'; readonly title: string; readonly results: readonly RuleTestResult[] }
  /** It has no tests. */
  | { readonly kind: 'none' }
  /** Tests or rules could not be read, with the place. */
  | { readonly kind: 'wrong'; readonly message: string };

/** Runs the tests beside a rule file. Each begins with rules that have seen nothing. */
export async function runTestsBeside(ruleFile: string): Promise<RuleTestRun> {
  const read = await readTestsBeside(ruleFile);
  if (read.kind !== 'tests') return read;
  const { tests } = read;
  const loaded = await loadFor(ruleFile, tests);
  const [issues] = loaded.failures;
  if (issues !== undefined) return { kind: 'wrong', message: issues.map(issueLine).join('\n') };
  const rules = rulesIn(loaded, ruleFile);
  const [first] = rules;
  if (first === undefined) return { kind: 'wrong', message: `${ruleFile} holds no rule` };
  const result = (verb: string, scene: Scene, wanted: boolean): RuleTestResult => ({
    name: `${verb} on ${JSON.stringify(scene)}`,
    passed: fires(loaded, rules, scene) === wanted,
  });
  const results = [
    ...tests.fires.map((scene) => result('fires', scene, true)),
    ...tests.quiet.map((scene) => result('is quiet', scene, false)),
  ];
  return { kind: 'ran', title: first.metadata.title, results };
}

function loadFor(ruleFile: string, { uses, lists }: RuleTests): Promise<LoadedRules> {
  const others = uses.map((name) => join(dirname(ruleFile), `${name}${extname(ruleFile)}`));
  const values = Object.entries(lists).map(([name, list]) => [name, new ValueList(list)] as const);
  return loadRules([ruleFile, ...others], new Map(values));
}

function rulesIn({ rules, correlations }: LoadedRules, file: string): (SigmaRule | CorrelationRule)[] {
  const all = [...rules, ...correlations.map(({ rule }) => rule)];
  return all.filter(({ metadata }) => metadata.range.source.name === file);
}

function fires(loaded: LoadedRules, rules: readonly (SigmaRule | CorrelationRule)[], scene: Scene): boolean {
  const options = { selection: {}, correlationMemory: 1 << 20, refOf: () => '' };
  const detector = finished(Detector.of(loaded, [eventLogTable], options));
  const [first] = rules;
  const logsource = first?.kind === 'rule' ? first.logsource : undefined;
  const found = recordsOf(scene, logsource).flatMap((record) => detector.detect(record));
  return found.some(({ rule }) => rules.includes(rule));
}
