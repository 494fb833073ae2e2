import { type ConfigNode, kindOf, type MapNode } from '../../config/node.ts';
import { readCondition } from './condition.ts';
import { and, type Expression, or, sizeOf } from './expression.ts';
import { readFieldItem, readValues, type ValueContext } from './field_item.ts';
import { RULE_LIMITS } from './issue.ts';
import { NO_MODIFIERS } from './modifiers.ts';

/**
 * Reads named searches and the condition over them, of a rule's `detection` or of a filter. `others` are keys that
 * are no searches.
 */
export function readDetection(
  node: MapNode,
  context: ValueContext,
  others: readonly string[] = [],
): Expression | undefined {
  const names = new Map<string, Expression>();
  let complete = true;
  for (const [name, { value }] of node.entries) {
    if (name === 'condition' || name === 'timeframe' || others.includes(name)) continue;
    const search = readSearch(value, context, 0);
    if (search === undefined) complete = false;
    else names.set(name, search);
  }
  const { issues } = context;
  const condition = node.entries.get('condition');
  if (condition === undefined) return issues.add('missing_key', node.range, 'a condition is missing');
  // What is wrong with a search is said; that the condition names it is not wrong too.
  if (!complete) return undefined;
  const expression = readConditions(condition.value, names, context);
  if (expression !== undefined && sizeOf(expression) > RULE_LIMITS.nodes) {
    return issues.add(
      'too_large',
      condition.value.range,
      `the rule has more than ${RULE_LIMITS.nodes} parts`,
    );
  }
  return expression;
}

/** One condition, or a list of them of which one must be met. */
function readConditions(
  node: ConfigNode,
  names: ReadonlyMap<string, Expression>,
  { issues }: ValueContext,
): Expression | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  const read = items.map((item) =>
    item.kind === 'scalar' && typeof item.value === 'string'
      ? readCondition(item.value, item.range, names, issues)
      : issues.add('wrong_type', item.range, `expected a condition, got ${kindOf(item)}`),
  );
  const conditions = read.filter((one) => one !== undefined);
  return conditions.length < items.length || items.length === 0 ? undefined : or(conditions);
}

function readSearch(node: ConfigNode, context: ValueContext, depth: number): Expression | undefined {
  if (node.kind === 'scalar') return readValues('', NO_MODIFIERS, node, context);
  if (node.kind === 'map') return readMap(node, context);
  if (depth > 0) return context.issues.add('wrong_type', node.range, 'a list in a list');
  const parts = node.items.map((item) => readSearch(item, context, depth + 1));
  return combined(parts, or, node, context);
}

function readMap(node: MapNode, context: ValueContext): Expression | undefined {
  const parts = [...node.entries].map(([name, entry]) => readFieldItem(name, entry, context));
  return combined(parts, and, node, context);
}

function combined(
  parts: readonly (Expression | undefined)[],
  combine: (of: readonly Expression[]) => Expression,
  node: ConfigNode,
  { issues }: ValueContext,
): Expression | undefined {
  if (parts.length === 0) return issues.add('invalid_value', node.range, 'an empty search');
  const read = parts.filter((one) => one !== undefined);
  return read.length < parts.length ? undefined : combine(read);
}
