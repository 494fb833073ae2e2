import { merge } from '../../config/merge.ts';
import type { ConfigNode, MapNode } from '../../config/node.ts';
import { yamlDocuments } from '../../config/read_yaml.ts';
import type { Source } from '../../config/source.ts';
import { finished, type Steps } from '../steps.ts';
import { readCorrelation, readReferences } from './correlation.ts';
import { readDetection } from './detection.ts';
import type { FilterRule, SigmaDocument, SigmaRule } from './documents.ts';
import type { Lists } from './expand.ts';
import { mapAt } from './fields.ts';
import { Issues, type RuleIssue, type RuleIssueCode } from './issue.ts';
import { readLogsource, readMetadata } from './metadata.ts';

/** What a file holds: documents, and what is wrong with those that could not be read. */
export interface ReadFile {
  readonly documents: readonly SigmaDocument[];
  /** For each document that is not usable, what is wrong with it. */
  readonly failures: readonly (readonly RuleIssue[])[];
}

/** Reads the Sigma documents of a file. One that is wrong does not keep the others from being read. */
export function readSigma(source: Source, lists: Lists): ReadFile {
  return finished(sigmaIn(source, lists));
}

/** {@link readSigma} in steps of a document each. */
export function* sigmaIn(source: Source, lists: Lists): Steps<ReadFile> {
  const yaml = yield* yamlDocuments(source);
  if (yaml.kind === 'wrong') {
    const issues = yaml.issues.map((issue) => ({ ...issue, code: issue.code as RuleIssueCode }));
    return { documents: [], failures: [issues] };
  }
  const documents: SigmaDocument[] = [];
  const failures: RuleIssue[][] = [];
  for (const node of collected(yaml.nodes)) {
    yield;
    const issues = new Issues();
    const document = readDocument(node, lists, issues);
    if (document !== undefined && issues.found.length === 0) documents.push(document);
    else failures.push(issues.found);
  }
  return { documents, failures };
}

/**
 * The documents of a rule collection (Sigma 1): `action: global` lays its keys under those that follow, until
 * `action: reset`; `action: repeat` lays its keys over the document before it.
 */
function collected(nodes: readonly ConfigNode[]): ConfigNode[] {
  const out: ConfigNode[] = [];
  let base: ConfigNode | undefined;
  for (const node of nodes) {
    // Nothing stands between two `---`, or behind the last.
    if (node.kind === 'scalar' && node.value === null) continue;
    const action = node.kind === 'map' ? node.entries.get('action')?.value : undefined;
    const name = action?.kind === 'scalar' ? action.value : undefined;
    if (name === 'global') base = base === undefined ? node : merge(base, node);
    else if (name === 'reset') base = undefined;
    else if (name === 'repeat') out.push(over(out.at(-1), node));
    else out.push(over(base, node));
  }
  return out;
}

function over(below: ConfigNode | undefined, above: ConfigNode): ConfigNode {
  return below === undefined ? above : merge(below, above);
}

function readDocument(node: ConfigNode, lists: Lists, issues: Issues): SigmaDocument | undefined {
  if (node.kind !== 'map') return issues.add('not_a_rule', node.range, 'expected a Sigma document: a map');
  if (node.entries.has('correlation')) return readCorrelation(node, issues);
  if (node.entries.has('filter')) return readFilter(node, lists, issues);
  if (node.entries.has('detection')) return readRule(node, lists, issues);
  const hint = 'a rule has "detection", a correlation "correlation", a filter "filter"';
  return issues.add('not_a_rule', node.range, 'this is no Sigma document', hint);
}

function readRule(node: MapNode, lists: Lists, issues: Issues): SigmaRule | undefined {
  const metadata = readMetadata(node, issues);
  const logsource = readLogsource(node, issues);
  const detection = mapAt(node, 'detection', issues);
  const expression = detection === undefined ? undefined : readDetection(detection, { issues, lists });
  if (logsource === undefined || expression === undefined) return undefined;
  return { kind: 'rule', metadata, logsource, expression };
}

function readFilter(node: MapNode, lists: Lists, issues: Issues): FilterRule | undefined {
  const metadata = readMetadata(node, issues);
  const logsource = readLogsource(node, issues);
  const filter = mapAt(node, 'filter', issues);
  if (filter === undefined) return undefined;
  const named = filter.entries.get('rules')?.value;
  const any = named?.kind === 'scalar' && named.value === 'any';
  const rules = any ? ('any' as const) : readReferences(filter, issues);
  const expression = readDetection(filter, { issues, lists }, ['rules']);
  if (logsource === undefined || rules === undefined || expression === undefined) return undefined;
  return { kind: 'filter', metadata, logsource, rules, expression };
}
