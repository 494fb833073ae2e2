import type { ConfigNode, Entry } from './node.ts';

/**
 * Lays one config over another, as the Collector does: maps are merged key by key, everything else, lists
 * included, is replaced.
 */
export function merge(below: ConfigNode, above: ConfigNode): ConfigNode {
  if (below.kind !== 'map' || above.kind !== 'map') return above;
  const entries = new Map<string, Entry>(below.entries);
  for (const [name, entry] of above.entries) {
    const before = entries.get(name);
    entries.set(
      name,
      before === undefined ? entry : { key: entry.key, value: merge(before.value, entry.value) },
    );
  }
  return { kind: 'map', entries, range: above.range };
}
