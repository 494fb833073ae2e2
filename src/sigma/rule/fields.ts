import { type ConfigNode, kindOf, type MapNode } from '../../config/node.ts';
import { suggest } from '../../config/suggest.ts';
import type { Issues } from './issue.ts';

/** The text under a key; undefined where there is none, or (said) where something else stands there. */
export function textAt(map: MapNode, key: string, issues: Issues): string | undefined {
  const value = map.entries.get(key)?.value;
  if (value === undefined || isNull(value)) return undefined;
  if (value.kind === 'scalar') return String(value.value);
  return issues.add('wrong_type', value.range, `${key}: expected a text, got ${kindOf(value)}`);
}

/** The texts of a list under a key, of one text too. */
export function textsAt(map: MapNode, key: string, issues: Issues): readonly string[] {
  const value = map.entries.get(key)?.value;
  if (value === undefined || isNull(value)) return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => {
    if (item.kind === 'scalar' && item.value !== null) return [String(item.value)];
    issues.add('wrong_type', item.range, `${key}: expected a text, got ${kindOf(item)}`);
    return [];
  });
}

/** A text under a key that is one of these. */
export function oneOf<T extends string>(
  map: MapNode,
  key: string,
  values: readonly T[],
  issues: Issues,
): T | undefined {
  const text = textAt(map, key, issues)?.toLowerCase();
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found !== undefined) return found;
  return issues.add(
    'invalid_value',
    map.entries.get(key)?.value.range,
    `${key}: there is no "${text}"`,
    suggest(text, values),
  );
}

/** The map under a key that must be there. */
export function mapAt(map: MapNode, key: string, issues: Issues): MapNode | undefined {
  const entry = map.entries.get(key);
  if (entry === undefined) return issues.add('missing_key', map.range, `${key} is missing`);
  if (entry.value.kind === 'map') return entry.value;
  return issues.add('wrong_type', entry.value.range, `${key}: expected a map, got ${kindOf(entry.value)}`);
}

function isNull(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
