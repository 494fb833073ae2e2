import { type ConfigNode, kindOf, type MapNode } from '../../config/node.ts';
import { readCondition } from './condition.ts';
import {
  CORRELATION_TYPES,
  type CorrelationCondition,
  type CorrelationRule,
  type CorrelationType,
  type Limit,
  type Reference,
} from './documents.ts';
import { and, type Expression, test } from './expression.ts';
import { mapAt, oneOf, textAt, textsAt } from './fields.ts';
import type { Issues } from './issue.ts';
import { readMetadata } from './metadata.ts';

const MAX_RULES = 256;
/** Milliseconds: 31 days. */
const MAX_TIMESPAN = 31 * 86_400_000;
// The specification's units; its months and years are too long to keep state for.
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const COMPARISONS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;

/** Reads a correlation document; undefined where something is wrong with it. */
export function readCorrelation(document: MapNode, issues: Issues): CorrelationRule | undefined {
  const metadata = readMetadata(document, issues);
  const map = mapAt(document, 'correlation', issues);
  if (map === undefined) return undefined;
  const type = readType(map, issues);
  const rules = readReferences(map, issues);
  const timespan = readTimespan(map, issues);
  const condition =
    type === undefined || rules === undefined ? undefined : readWhen(map, type, rules, issues);
  const aliases = readAliases(map, issues);
  const generate = (map.entries.get('generate') ?? document.entries.get('generate'))?.value;
  if (type === undefined || rules === undefined || timespan === undefined || condition === undefined)
    return undefined;
  return {
    kind: 'correlation',
    metadata,
    type,
    rules,
    groupBy: textsAt(map, 'group-by', issues),
    aliases,
    timespan,
    condition,
    generate: generate?.kind === 'scalar' && generate.value === true,
  };
}

function readType(map: MapNode, issues: Issues): CorrelationType | undefined {
  const names = [...CORRELATION_TYPES, 'temporal_extended', 'temporal_ordered_extended'] as const;
  if (!map.entries.has('type')) return issues.add('missing_key', map.range, 'correlation: type is missing');
  const type = oneOf(map, 'type', names, issues);
  // The condition says that it is extended.
  if (type === 'temporal_extended') return 'temporal';
  return type === 'temporal_ordered_extended' ? 'temporal_ordered' : type;
}

/** The documents that a correlation or filter names. */
export function readReferences(map: MapNode, issues: Issues): readonly Reference[] | undefined {
  const node = map.entries.get('rules')?.value;
  const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  const references = items.flatMap((item) =>
    item.kind === 'scalar' && item.value !== null ? [{ name: String(item.value), range: item.range }] : [],
  );
  if (references.length === 0 || references.length < items.length || references.length > MAX_RULES) {
    return issues.add(
      'invalid_value',
      node?.range ?? map.range,
      `rules: expected 1 to ${MAX_RULES} ids or names of rules`,
    );
  }
  return references;
}

function readTimespan(map: MapNode, issues: Issues): number | undefined {
  const text = textAt(map, 'timespan', issues) ?? textAt(map, 'timeframe', issues) ?? '';
  const [, count = '', unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= MAX_TIMESPAN) return milliseconds;
  const range = map.entries.get('timespan')?.value.range ?? map.range;
  return issues.add(
    'invalid_value',
    range,
    'timespan: expected a time such as 30s, 5m, 1h or 7d, at most 31 days',
  );
}

function readWhen(
  map: MapNode,
  type: CorrelationType,
  rules: readonly Reference[],
  issues: Issues,
): CorrelationCondition | undefined {
  const node = map.entries.get('condition')?.value;
  if (type === 'temporal' || type === 'temporal_ordered') return readRules(node, type, rules, issues);
  if (node?.kind !== 'map') {
    return issues.add('missing_key', node?.range ?? map.range, `${type} needs a condition such as "gte: 10"`);
  }
  const limits = readLimits(node, issues);
  const fields = textsAt(node, 'field', issues);
  if (type !== 'event_count' && fields.length === 0) {
    return issues.add('missing_key', node.range, `${type} needs a field in its condition`);
  }
  const percentile = node.entries.has('percentile') ? numberAt(node, 'percentile', issues) : undefined;
  if (percentile !== undefined && !(percentile >= 0 && percentile <= 100)) {
    return issues.add(
      'invalid_value',
      node.entries.get('percentile')?.value.range,
      'percentile: expected 0 to 100',
    );
  }
  return limits.length === 0 ? undefined : { kind: 'limits', limits, fields, percentile };
}

function readLimits(node: MapNode, issues: Issues): readonly Limit[] {
  const limits = COMPARISONS.flatMap((comparison) => {
    const value = node.entries.has(comparison) ? numberAt(node, comparison, issues) : undefined;
    return value === undefined ? [] : [{ comparison, value }];
  });
  if (limits.length === 0) issues.add('missing_key', node.range, `expected one of ${COMPARISONS.join(', ')}`);
  return limits;
}

function numberAt(map: MapNode, key: string, issues: Issues): number | undefined {
  const value = map.entries.get(key)?.value;
  if (value?.kind === 'scalar' && typeof value.value === 'number' && Number.isFinite(value.value))
    return value.value;
  return issues.add('invalid_value', value?.range, `${key}: expected a number`);
}

/** A boolean condition over the rules' names; without one, all must match. */
function readRules(
  node: ConfigNode | undefined,
  type: CorrelationType,
  rules: readonly Reference[],
  issues: Issues,
): CorrelationCondition | undefined {
  const places = rules.map((rule, i): [string, Expression<number>] => [rule.name, test(i)]);
  if (node === undefined) return { kind: 'rules', expression: and(places.map(([, place]) => place)) };
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    return issues.add(
      'wrong_type',
      node.range,
      `${type}: expected a condition over rules, got ${kindOf(node)}`,
    );
  }
  if (type === 'temporal_ordered') {
    const names = node.value.split(/\s+and\s+/i);
    const ordered = names.length === rules.length && names.every((name, i) => name === rules[i]?.name);
    if (!ordered) {
      return issues.add(
        'invalid_value',
        node.range,
        'temporal_ordered: expected its rules in their order, joined by "and"',
      );
    }
  }
  const expression = readCondition(node.value, node.range, new Map(places), issues);
  return expression === undefined ? undefined : { kind: 'rules', expression };
}

function readAliases(map: MapNode, issues: Issues): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const aliases = new Map<string, ReadonlyMap<string, string>>();
  const node = map.entries.get('aliases')?.value;
  if (node?.kind !== 'map') return aliases;
  for (const [alias, { value }] of node.entries) {
    if (value.kind !== 'map')
      issues.add('wrong_type', value.range, `aliases: expected rules and their fields`);
    else {
      const fields = [...value.entries.keys()].map((rule): [string, string] => [
        rule,
        textAt(value, rule, issues) ?? '',
      ]);
      aliases.set(alias, new Map(fields));
    }
  }
  return aliases;
}
