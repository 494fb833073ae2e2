import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Recorded Sigma rules and the events that must fire them; they are not part of the repository. */
const ROOT = join(import.meta.dirname, '../../../shared/data/sigma');

/** A rule, the events that must fire it, and how often (undefined: at least once). */
export interface RegressionSample {
  readonly ruleId: string;
  /** Below the rules' folder. */
  readonly rule: string;
  readonly logsource: string;
  readonly matchCount: number | undefined;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** The folder of the rules, or undefined where it is not there. */
export function sigmaRules(): string | undefined {
  const folder = join(ROOT, 'rules');
  return existsSync(folder) ? folder : undefined;
}

/** All samples, their events by Sigma's names. */
export function regressionSamples(): RegressionSample[] {
  const list = JSON.parse(readFileSync(join(ROOT, 'regression.json'), 'utf8')) as {
    rule_id: string;
    rule: string;
    logsource: string;
    path: string;
    match_count?: number;
  }[];
  return list.map((entry) => ({
    ruleId: entry.rule_id,
    rule: entry.rule,
    logsource: entry.logsource,
    matchCount: entry.match_count,
    events: jsonDocuments(readFileSync(join(ROOT, entry.path.replace(/\.evtx$/, '.json')), 'utf8')).map(
      flatEvent,
    ),
  }));
}

/** One document after the other, as they were exported, indented. */
function jsonDocuments(text: string): unknown[] {
  return text
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part) as unknown);
}

type Tree = Readonly<Record<string, unknown>>;

function flatEvent(document: unknown): Tree {
  const event = tree(tree(document)['Event']);
  const system = tree(event['System']);
  const data = event['EventData'] ?? Object.values(tree(event['UserData']))[0];
  const id = system['EventID'];
  return {
    Channel: system['Channel'],
    Provider_Name: tree(tree(system['Provider'])['#attributes'])['Name'],
    EventID: typeof id === 'object' ? tree(id)['#text'] : id,
    Computer: system['Computer'],
    ...tree(data),
  };
}

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}
