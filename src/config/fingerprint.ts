import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { CheckedConfig } from './checked.ts';
import { effectiveConfig } from './effective.ts';
import type { ConfigNode } from './node.ts';

/**
 * What is written at a node, without places and the order of keys: equal texts for what is equal to whoever reads it. It may hold secrets, and
 * is to be compared, never shown.
 */
export function fingerprintOf(node: ConfigNode): string {
  return JSON.stringify(plainOf(node));
}

function plainOf(node: ConfigNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.text === undefined ? node.value : { value: node.value, text: node.text };
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Array.from(node.entries, ([key, { value }]) => [key, plainOf(value)] as const).sort(byKey);
  }
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The effective configuration as `sigel print-config` prints it. */
export function configText(config: CheckedConfig): string {
  return stringify(effectiveConfig(config), { lineWidth: 0 });
}

/** SHA-256 (hex) of {@link configText}: `sigel print-config … | sha256sum` gives the same. Secrets are not in it. */
export function configHash(config: CheckedConfig): string {
  return createHash('sha256').update(configText(config)).digest('hex');
}
