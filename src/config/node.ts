import type { Range } from './source.ts';

/**
 * A config as a tree whose every part knows where it was written. Expansion and merging build new trees out of
 * old ones, so that an error in the final config still points into the file that brought it.
 */
export type ConfigNode = MapNode | ListNode | ScalarNode;

/** A YAML map, in the order of its keys. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly range: Range;
}

/** A key of a map and what stands under it. */
export interface Entry {
  /** Where the key stands. */
  readonly key: Range;
  readonly value: ConfigNode;
}

/** A YAML list. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly range: Range;
}

/** Any other value. */
export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /**
   * Set when the whole value came from `${…}`: the text before YAML gave it a type. A key that wants a string
   * gets this text, so that a password 0123 stays what it was.
   */
  readonly text?: string;
  /** A reference in it could not be resolved: that is said already, and nothing more is known of the value. */
  readonly unresolved?: true;
  readonly range: Range;
}

/** A plain JavaScript value, as zod takes it. */
export type Plain = string | number | boolean | null | undefined | Plain[] | { [key: string]: Plain };

/** A path into a config: keys and list indexes. */
export type Path = readonly (string | number)[];

/** The plain value of a tree, as it is written. */
export function toPlain(node: ConfigNode): Plain {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toPlain);
    case 'map': {
      // Keys are the writer's: one may be `__proto__`.
      const plain: { [key: string]: Plain } = Object.create(null);
      for (const [key, { value }] of node.entries) plain[key] = toPlain(value);
      return plain;
    }
  }
}

/** Whether a value is left empty (`debug:`), written `null` or `~`. */
export function isEmpty(node: ConfigNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** What stands at a path, or undefined. */
export function nodeAt(node: ConfigNode, path: Path): ConfigNode | undefined {
  let at: ConfigNode | undefined = node;
  for (const step of path) {
    if (at === undefined) return undefined;
    at =
      at.kind === 'map'
        ? at.entries.get(String(step))?.value
        : at.kind === 'list'
          ? at.items[Number(step)]
          : undefined;
  }
  return at;
}

/** A tree with the value at an existing path replaced. */
export function withNodeAt(node: ConfigNode, path: Path, replacement: ConfigNode): ConfigNode {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (node.kind === 'map') {
    const entry = node.entries.get(String(step));
    if (entry === undefined) return node;
    const value = withNodeAt(entry.value, rest, replacement);
    return { ...node, entries: new Map([...node.entries, [String(step), { key: entry.key, value }]]) };
  }
  if (node.kind === 'list') {
    return {
      ...node,
      items: node.items.map((item, i) => (i === step ? withNodeAt(item, rest, replacement) : item)),
    };
  }
  return node;
}

/** What a value is, in the words of an error message. */
export function kindOf(node: ConfigNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'an empty value';
  return typeof node.value === 'string'
    ? 'a string'
    : typeof node.value === 'number'
      ? 'a number'
      : 'a boolean';
}

/** The texts in a list, with where each stands; what is no text, or not known, is left out. */
export function textsIn(node: ConfigNode | undefined): { readonly text: string; readonly range: Range }[] {
  const items = node?.kind === 'list' ? node.items : [];
  return items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.unresolved !== true
      ? [{ text: item.text ?? item.value, range: item.range }]
      : [],
  );
}
