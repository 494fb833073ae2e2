import type { LogsourceName } from '../logsource.ts';
import { each, type Steps } from '../steps.ts';
import {
  type CorrelationRule,
  type FilterRule,
  keyOf,
  type Reference,
  type SigmaDocument,
  type SigmaRule,
} from './documents.ts';
import { and } from './expression.ts';
import { Issues, type RuleIssue } from './issue.ts';

/** A correlation with the rules and correlations that it names. */
export interface LinkedCorrelation {
  readonly rule: CorrelationRule;
  /** In the order of the correlation's list. */
  readonly of: readonly (SigmaRule | CorrelationRule)[];
}

/** Documents that know each other. */
export interface Linked {
  /** With the filters that name them applied. */
  readonly rules: readonly SigmaRule[];
  /** Those that others build on come first. */
  readonly correlations: readonly LinkedCorrelation[];
  /** For each document that had to be left out, what is wrong with it. */
  readonly failures: readonly (readonly RuleIssue[])[];
}

/** Finds whom correlations and filters mean; what names a missing document is left out. */
export function* link(documents: readonly SigmaDocument[]): Steps<Linked> {
  const failures: (readonly RuleIssue[])[] = [];
  const unique = yield* withoutDuplicates(documents, failures);
  const names = new Map<string, SigmaRule | CorrelationRule>();
  yield* each(unique, (document) => {
    if (document.kind === 'filter') return;
    const { id, name } = document.metadata;
    for (const one of [name, id]) if (one !== undefined) names.set(one, document);
  });
  const filters = unique.filter((one) => one.kind === 'filter').filter((one) => known(one, names, failures));
  // Correlations hold the rules as they were read; what comes out are the filtered ones, found by these.
  const filtered = new Map<SigmaRule, SigmaRule>();
  yield* each(unique, (one) => {
    if (one.kind === 'rule') filtered.set(one, withFilters(one, filters));
  });
  const correlations = inOrder(
    unique.filter((one) => one.kind === 'correlation'),
    names,
    failures,
  );
  return {
    rules: [...filtered.values()],
    correlations: correlations.map(({ rule, of }) => ({
      rule,
      of: of.map((one) => (one.kind === 'rule' ? (filtered.get(one) ?? one) : one)),
    })),
    failures,
  };
}

function* withoutDuplicates(
  documents: readonly SigmaDocument[],
  failures: (readonly RuleIssue[])[],
): Steps<readonly SigmaDocument[]> {
  const first = new Map<string, SigmaDocument>();
  yield* each(documents, (document) => {
    const key = keyOf(document);
    const other = first.get(key);
    if (other === undefined) first.set(key, document);
    else failures.push(duplicate(key, document, other));
  });
  return [...first.values()];
}

function duplicate(key: string, document: SigmaDocument, other: SigmaDocument): readonly RuleIssue[] {
  const issues = new Issues();
  const { source, start } = other.metadata.range;
  const where = `${source.name}:${source.position(start).line}`;
  const hint = 'give it an id of its own';
  issues.add('duplicate_id', document.metadata.range, `${key} is already at ${where}`, hint);
  return issues.found;
}

function known(
  { rules }: FilterRule,
  names: ReadonlyMap<string, unknown>,
  failures: (readonly RuleIssue[])[],
): boolean {
  if (rules === 'any' || rules.some(({ name }) => names.has(name))) return true;
  failures.push(missing(rules));
  return false;
}

function missing(references: readonly Reference[]): RuleIssue[] {
  const issues = new Issues();
  for (const { name, range } of references) {
    const hint = 'load it too, or remove it from the list';
    issues.add('unknown_rule', range, `no loaded rule has the id or name "${name}"`, hint);
  }
  return issues.found;
}

function withFilters(rule: SigmaRule, filters: readonly FilterRule[]): SigmaRule {
  const { id, name } = rule.metadata;
  const own = filters.filter(
    (filter) =>
      covers(filter.logsource, rule.logsource) &&
      (filter.rules === 'any' ||
        filter.rules.some((reference) => reference.name === id || reference.name === name)),
  );
  if (own.length === 0) return rule;
  return { ...rule, expression: and([rule.expression, ...own.map(({ expression }) => expression)]) };
}

function covers(filter: LogsourceName, rule: LogsourceName): boolean {
  return (['product', 'category', 'service'] as const).every(
    (key) => filter[key] === undefined || filter[key] === rule[key],
  );
}

/** Depth first, so that what a correlation builds on comes before it. */
function inOrder(
  correlations: readonly CorrelationRule[],
  names: ReadonlyMap<string, SigmaRule | CorrelationRule>,
  failures: (readonly RuleIssue[])[],
): LinkedCorrelation[] {
  const out: LinkedCorrelation[] = [];
  const state = new Map<CorrelationRule, 'open' | 'linked' | 'failed'>();
  const fail = (rule: CorrelationRule, issues: RuleIssue[]): false => {
    failures.push(issues);
    state.set(rule, 'failed');
    return false;
  };
  const visit = (rule: CorrelationRule): boolean => {
    const before = state.get(rule);
    if (before !== undefined) return before === 'linked';
    state.set(rule, 'open');
    const absent = rule.rules.filter(({ name }) => !names.has(name));
    if (absent.length > 0) return fail(rule, missing(absent));
    const of = rule.rules.map(({ name }) => names.get(name)).filter((one) => one !== undefined);
    for (const [i, one] of of.entries()) {
      if (one.kind === 'rule' || visit(one)) continue;
      const issues = new Issues();
      const cycle = state.get(one) === 'open';
      const message = cycle
        ? 'this correlation builds on itself'
        : 'the correlation it names could not be loaded';
      issues.add(cycle ? 'rule_cycle' : 'unknown_rule', rule.rules[i]?.range, message);
      return fail(rule, issues.found);
    }
    state.set(rule, 'linked');
    out.push({ rule, of });
    return true;
  };
  for (const rule of correlations) visit(rule);
  return out;
}
