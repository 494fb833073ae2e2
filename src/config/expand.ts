import { hasExpression, type Part, parseExpression } from './expression.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import type { ConfigNode, Entry, ScalarNode } from './node.ts';
import type { FileText } from './read_file.ts';
import { readYaml } from './read_yaml.ts';
import { type Range, Source } from './source.ts';

/** What expansion may look at. */
export interface ExpandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<FileText>;
  /** Takes what is wrong. */
  readonly issues: ConfigIssue[];
}

/** Files that name files that name files: no deeper. */
const MAX_FILE_DEPTH = 8;
/** No string grows beyond this by expansion. */
const MAX_LENGTH = 4 << 20;

/**
 * Replaces `${env:X}`, `${env:X:-default}`, `${env:X:?what to set it to}`, `${X}` and `${file:path}` in all values (not
 * in keys). Where one
 * reference is the whole value, what it stands for is read as YAML and keeps its type, as in the Collector;
 * inside a longer string it is text. What a variable holds is not expanded again; what a file holds is.
 */
export async function expand(node: ConfigNode, context: ExpandContext, depth = 0): Promise<ConfigNode> {
  if (node.kind === 'list') {
    const items: ConfigNode[] = [];
    for (const item of node.items) items.push(await expand(item, context, depth));
    return { ...node, items };
  }
  if (node.kind === 'map') {
    const entries = new Map<string, Entry>();
    for (const [name, { key, value }] of node.entries)
      entries.set(name, { key, value: await expand(value, context, depth) });
    return { ...node, entries };
  }
  if (typeof node.value !== 'string' || !hasExpression(node.value)) return node;
  const parts = parseExpression(node.value);
  if (parts === undefined) {
    context.issues.push(
      issueAt('bad_expansion', node.range, '"${" without its "}"', 'write $${ where no reference is meant'),
    );
    return unresolved(node);
  }
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'reference') return expandWhole(node, only, context, depth);
  const text = await expandText(node, parts, context);
  return text === undefined ? unresolved(node) : { ...node, value: text };
}

type Reference = Extract<Part, { kind: 'reference' }>;

async function expandWhole(
  node: ScalarNode,
  reference: Reference,
  context: ExpandContext,
  depth: number,
): Promise<ConfigNode> {
  const found = await resolve(node, reference, context);
  if (found === undefined) return unresolved(node);
  const fromFile = found.file !== undefined;
  const source = new Source(found.file ?? node.range.source.name, found.text);
  const result = readYaml(source);
  // As in the Collector, what is no YAML (a certificate, a password) is taken as the text it is.
  if (result.kind === 'wrong') return { ...node, value: found.text, text: found.text };
  const read = result.node;
  // An error in a variable's value is shown where the variable is named: the value may be a secret.
  if (!fromFile)
    return found.text === ''
      ? { ...node, value: null, text: '' }
      : withText(at(read, node.range), found.text);
  if (read.kind === 'scalar') return { ...read, range: node.range, text: found.text };
  if (depth < MAX_FILE_DEPTH) return expand(read, context, depth + 1);
  context.issues.push(
    issueAt('bad_expansion', node.range, `files name each other ${MAX_FILE_DEPTH} deep, or in a circle`),
  );
  return unresolved(node);
}

async function expandText(
  node: ScalarNode,
  parts: readonly Part[],
  context: ExpandContext,
): Promise<string | undefined> {
  let text = '';
  for (const part of parts) {
    const piece = part.kind === 'text' ? part.text : (await resolve(node, part, context))?.text;
    if (piece === undefined) return undefined;
    if (text.length + piece.length > MAX_LENGTH) {
      context.issues.push(issueAt('too_large', node.range, 'the value grows too large by expansion'));
      return undefined;
    }
    text += piece;
  }
  return text;
}

interface Resolved {
  readonly text: string;
  /** The path, when it came from a file. */
  readonly file?: string;
}

async function resolve(
  node: ScalarNode,
  reference: Reference,
  context: ExpandContext,
): Promise<Resolved | undefined> {
  const range = rangeIn(node.range, reference.source);
  const split = splitOperator(reference.body);
  const body = await expandText(node, split.name, context);
  if (body === undefined) return undefined;
  const [, scheme = 'env', rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]+):)?([^]*)$/.exec(body) ?? [];
  if (scheme === 'env') {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) {
      context.issues.push(issueAt('bad_expansion', range, `"${rest}" is not the name of a variable`));
      return undefined;
    }
    const value = context.env[rest];
    if (value !== undefined && !(value === '' && split.operator !== undefined)) return { text: value };
    const operand = await expandText(node, split.operand, context);
    if (operand === undefined) return undefined;
    if (split.operator === ':-') return { text: operand };
    const hint =
      split.operator === ':?' ? operand || 'set it' : `set it, or give a default: \${env:${rest}:-default}`;
    const what = value === undefined ? 'is not set' : 'is empty';
    context.issues.push(issueAt('unset_variable', range, `the environment variable ${rest} ${what}`, hint));
    return undefined;
  }
  if (scheme === 'file') {
    const file = await context.readFile(rest);
    // A secret in a file of its own usually ends with a newline that is not part of it.
    if (file.kind === 'read') return { text: file.text.replace(/\r?\n$/, ''), file: rest };
    context.issues.push(issueAt('unreadable', range, `${rest} cannot be read: ${file.reason}`));
    return undefined;
  }
  context.issues.push(
    issueAt('bad_expansion', range, `unknown scheme "${scheme}"`, 'valid schemes: env, file'),
  );
  return undefined;
}

interface Split {
  readonly name: readonly Part[];
  /** As in a POSIX shell: `:-` gives what stands instead, `:?` says what is missing; both also of an empty one. */
  readonly operator?: ':-' | ':?';
  readonly operand: readonly Part[];
}

/** Parts `env:X:-default` and `env:X:?message` at the first operator. */
function splitOperator(body: readonly Part[]): Split {
  const index = body.findIndex((part) => part.kind === 'text' && /:[-?]/.test(part.text));
  const part = body[index];
  if (part?.kind !== 'text') return { name: body, operand: [] };
  const cut = part.text.search(/:[-?]/);
  return {
    name: [...body.slice(0, index), { kind: 'text', text: part.text.slice(0, cut) }],
    operator: part.text[cut + 1] === '-' ? ':-' : ':?',
    operand: [{ kind: 'text', text: part.text.slice(cut + 2) }, ...body.slice(index + 1)],
  };
}

/** Where a reference stands inside a value that may be quoted or folded; the whole value if it is not found. */
function rangeIn(range: Range, text: string): Range {
  const offset = range.source.text.slice(range.start, range.end).indexOf(text);
  return offset < 0
    ? range
    : { ...range, start: range.start + offset, end: range.start + offset + text.length };
}

/** The same tree with every part at one place. */
function at(node: ConfigNode, range: Range): ConfigNode {
  if (node.kind === 'scalar') return { ...node, range };
  if (node.kind === 'list') return { ...node, range, items: node.items.map((item) => at(item, range)) };
  const entries = new Map(
    [...node.entries].map(([name, { value }]) => [name, { key: range, value: at(value, range) }]),
  );
  return { ...node, range, entries };
}

function withText(node: ConfigNode, text: string): ConfigNode {
  return node.kind === 'scalar' ? { ...node, text } : node;
}

function unresolved(node: ScalarNode): ScalarNode {
  return { ...node, unresolved: true };
}
