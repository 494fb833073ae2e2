import { Composer, type Document, isAlias, isMap, isNode, isScalar, isSeq, type Pair, Parser } from 'yaml';
import { type ConfigIssue, issueAt } from './issue.ts';
import type { ConfigNode, Entry, ScalarNode } from './node.ts';
import type { Range, Source } from './source.ts';

/** Bounds that keep a hostile or broken file from exhausting memory or the stack. */
export const YAML_LIMITS = { characters: 4 << 20, nodes: 100_000, depth: 64 } as const;

/** A tree, or everything that is wrong with the text. An empty text is an empty map. */
export type ReadResult =
  | { readonly kind: 'read'; readonly node: ConfigNode }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

interface Reader {
  readonly source: Source;
  /** Where in the source the text read begins. */
  readonly from: number;
  readonly document: Document;
  readonly issues: ConfigIssue[];
  /** A key `a::b` stands for a nested map, as on the command line. */
  readonly nestedKeys: boolean;
  nodes: number;
}

/** How a text is read. */
export interface ReadOptions {
  /** A key `a::b` stands for a nested map, as on the command line. */
  readonly nestedKeys?: boolean;
  /** Where in the source the YAML begins. */
  readonly from?: number;
}

/** Reads YAML 1.2 (anchors, aliases and `<<` included) into a tree with positions. */
export function readYaml(source: Source, { nestedKeys = false, from = 0 }: ReadOptions = {}): ReadResult {
  const read = readYamlDocuments(source, { nestedKeys, from });
  if (read.kind === 'wrong') return read;
  const [node, second] = read.nodes;
  if (second !== undefined) {
    const at = second.range.start;
    const hint = 'give it as a file of its own with another --config';
    const range = { source, start: at, end: at + 1 };
    return { kind: 'wrong', issues: [issueAt('yaml_syntax', range, 'a second YAML document', hint)] };
  }
  const start: Range = { source, start: from, end: from };
  return { kind: 'read', node: node ?? { kind: 'map', entries: new Map(), range: start } };
}

/** The trees of a text with any number of documents, or everything that is wrong with it. */
export type ReadDocuments =
  | { readonly kind: 'read'; readonly nodes: readonly ConfigNode[] }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

/** Reads all documents of a YAML 1.2 text (`---` between them) into trees with positions; empty ones are left out. */
export function readYamlDocuments(source: Source, options: ReadOptions = {}): ReadDocuments {
  const steps = yamlDocuments(source, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** {@link readYamlDocuments} in steps of a document each: a file with many of them takes long. */
export function* yamlDocuments(
  source: Source,
  { nestedKeys = false, from = 0 }: ReadOptions = {},
): Generator<undefined, ReadDocuments, undefined> {
  const start: Range = { source, start: from, end: from };
  if (source.text.length > YAML_LIMITS.characters) {
    return { kind: 'wrong', issues: [tooLarge(start, `more than ${YAML_LIMITS.characters} characters`)] };
  }
  const composer = new Composer({
    // Checked here in one pass; the library compares every pair of keys.
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
  });
  const documents: Document[] = [];
  for (const document of composer.compose(new Parser().parse(source.text.slice(from)))) {
    documents.push(document);
    yield;
  }

  const issues: ConfigIssue[] = [];
  for (const { errors, warnings } of documents) {
    for (const { pos, message } of [...errors, ...warnings]) {
      issues.push(issueAt('yaml_syntax', { source, start: from + pos[0], end: from + pos[1] }, message));
    }
  }
  if (issues.length > 0) return { kind: 'wrong', issues };
  const nodes: ConfigNode[] = [];
  let count = 0;
  for (const document of documents) {
    if (document.contents === null) continue;
    const reader: Reader = { source, from, document, issues, nestedKeys, nodes: count };
    nodes.push(convert(reader, document.contents, start, 0));
    count = reader.nodes;
    yield;
  }
  return issues.length > 0 ? { kind: 'wrong', issues } : { kind: 'read', nodes };
}

function convert(reader: Reader, node: unknown, fallback: Range, depth: number): ConfigNode {
  const range = rangeOf(reader, node) ?? fallback;
  // Aliases are followed, so both bounds also stop the billion-laughs attack and cycles.
  if (++reader.nodes > YAML_LIMITS.nodes || depth > YAML_LIMITS.depth) {
    const what =
      depth > YAML_LIMITS.depth
        ? `more than ${YAML_LIMITS.depth} levels`
        : `more than ${YAML_LIMITS.nodes} values`;
    if (!reader.issues.some(({ code }) => code === 'too_large')) reader.issues.push(tooLarge(range, what));
    return { kind: 'scalar', value: null, range };
  }
  if (isAlias(node)) return convert(reader, node.resolve(reader.document), range, depth + 1);
  if (isSeq(node)) {
    return { kind: 'list', items: node.items.map((item) => convert(reader, item, range, depth + 1)), range };
  }
  if (isMap(node)) {
    const entries = new Map<string, Entry>();
    const merged: ConfigNode[] = [];
    for (const pair of node.items) addPair(reader, entries, merged, pair, depth);
    for (const base of merged) addMerged(reader, entries, base);
    return { kind: 'map', entries, range };
  }
  return { kind: 'scalar', value: scalarValue(node), range };
}

function scalarValue(node: unknown): ScalarNode['value'] {
  const value = isScalar(node) ? node.value : null;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function addPair(
  reader: Reader,
  entries: Map<string, Entry>,
  merged: ConfigNode[],
  pair: Pair,
  depth: number,
): void {
  const name = String(scalarValue(pair.key) ?? '');
  const key = rangeOf(reader, pair.key) ?? { source: reader.source, start: reader.from, end: reader.from };
  const value = convert(reader, pair.value, key, depth + 1);
  if (name === '<<') {
    merged.push(value);
    return;
  }
  add(reader, entries, nest(reader.nestedKeys ? name.split('::') : [name], key, value));
}

/** Turns the key `a::b` and its value into an entry `a` that holds a map with `b`. */
export function nest(parts: readonly string[], key: Range, value: ConfigNode): [name: string, entry: Entry] {
  const [first = '', ...rest] = parts;
  const whole = key.source.text.slice(key.start, key.end);
  // The parts are found in the text as long as the key is written plainly.
  const split = rest.length > 0 && whole.startsWith(first) ? key.start + first.length : key.end;
  const own: Range = { ...key, end: split };
  if (rest.length === 0) return [first, { key: own, value }];
  const separator = key.source.text.startsWith('::', split) ? 2 : 1;
  const behind: Range = split === key.end ? key : { ...key, start: split + separator };
  const [name, entry] = nest(rest, behind, value);
  return [first, { key: own, value: { kind: 'map', entries: new Map([[name, entry]]), range: behind } }];
}

function add(reader: Reader, entries: Map<string, Entry>, [name, entry]: [string, Entry]): void {
  const before = entries.get(name);
  if (before === undefined) {
    entries.set(name, entry);
    return;
  }
  // `a::b: 1` and `a::c: 2` side by side make one map.
  if (reader.nestedKeys && before.value.kind === 'map' && entry.value.kind === 'map') {
    const inner = new Map(before.value.entries);
    for (const pair of entry.value.entries) add(reader, inner, pair);
    entries.set(name, { key: before.key, value: { ...before.value, entries: inner } });
    return;
  }
  const { line } = before.key.source.position(before.key.start);
  reader.issues.push(
    issueAt(
      'yaml_syntax',
      entry.key,
      `the key "${name}" is already on line ${line}`,
      'remove or rename one of them',
    ),
  );
}

/** YAML's `<<`: keys of another map that this map does not have itself. */
function addMerged(reader: Reader, entries: Map<string, Entry>, base: ConfigNode): void {
  const bases = base.kind === 'list' ? base.items : [base];
  for (const one of bases) {
    if (one.kind !== 'map')
      reader.issues.push(issueAt('yaml_syntax', one.range, '"<<" takes a map or a list of maps'));
    else for (const [name, entry] of one.entries) if (!entries.has(name)) entries.set(name, entry);
  }
}

function rangeOf({ source, from }: Reader, node: unknown): Range | undefined {
  const range = isNode(node) ? node.range : undefined;
  return range === null || range === undefined
    ? undefined
    : { source, start: from + range[0], end: from + range[1] };
}

function tooLarge(range: Range, what: string): ConfigIssue {
  return issueAt('too_large', range, `the text is too large: ${what}`);
}
