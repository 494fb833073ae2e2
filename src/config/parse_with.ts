import type { z } from 'zod';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type JsonSchema, jsonSchemaOf, keysOf, schemaAt } from './json_schema.ts';
import {
  type ConfigNode,
  type Entry,
  isEmpty,
  kindOf,
  nodeAt,
  type Path,
  toPlain,
  withNodeAt,
} from './node.ts';
import type { Range } from './source.ts';
import { nearest, suggest } from './suggest.ts';

/** A config that its schema took, or everything that is wrong with it. */
export type ParseResult<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

/** Where a config stands: how messages call it, its key, its value. */
export interface Place {
  /** Such as `exporters::otlp_grpc`. */
  readonly name: string;
  readonly entry: Entry;
}

/** Parses what stands at a place by a zod schema and points at each thing that is wrong. */
export function parseWith<S extends z.ZodType>(schema: S, place: Place): ParseResult<z.infer<S>> {
  const node = place.entry.value;
  if (node.kind === 'scalar' && node.unresolved === true) return { kind: 'wrong', issues: [] };
  if (node.kind !== 'map' && !isEmpty(node)) {
    return {
      kind: 'wrong',
      issues: [issueAt('wrong_type', node.range, `${place.name}: expected a map, got ${kindOf(node)}`)],
    };
  }
  let result = attempt(schema, node);
  if (!result.success) {
    const text = withTexts(node, result.error.issues);
    const again = text === node ? result : attempt(schema, text);
    if (again.success || again.error.issues.length < result.error.issues.length) result = again;
  }
  if (result.success) return { kind: 'parsed', value: result.data };
  const json = jsonSchemaOf(schema);
  return { kind: 'wrong', issues: result.error.issues.flatMap((issue) => translate(issue, place, json)) };
}

function attempt<S extends z.ZodType>(schema: S, node: ConfigNode): z.ZodSafeParseResult<z.infer<S>> {
  return schema.safeParse(isEmpty(node) ? {} : toPlain(node), { error: expectation });
}

/** A `${env:X}` that YAML made a number where a string is wanted is the text it was. */
function withTexts(node: ConfigNode, issues: readonly z.core.$ZodIssue[]): ConfigNode {
  let changed = node;
  for (const { path } of issues) {
    const at = nodeAt(node, plainPath(path));
    if (at?.kind === 'scalar' && at.text !== undefined && at.value !== at.text) {
      changed = withNodeAt(changed, plainPath(path), { ...at, value: at.text });
    }
  }
  return changed;
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** Messages of issues whose schema brings none of its own: what would have been right. */
function expectation(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `expected ${NAMES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'too_small') {
    return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
  }
  if (issue.code === 'too_big') {
    return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
  }
  if (issue.code === 'invalid_union') return OTHER_FORM;
  return issue.message ?? 'not valid';
}

const OTHER_FORM = 'expected another form of value';

function unitOf(origin: string): string {
  return origin === 'string'
    ? ' characters'
    : origin === 'array' || origin === 'set'
      ? ' entries'
      : origin === 'map'
        ? ' keys'
        : '';
}

function translate(issue: z.core.$ZodIssue, place: Place, json: JsonSchema): ConfigIssue[] {
  const path = plainPath(issue.path);
  const name = [place.name, ...path].join('::');
  const concealed = schemaAt(json, path)?.writeOnly === true ? { concealed: true } : {};
  const entry = entryAt(place, path);
  if (entry?.value.kind === 'scalar' && entry.value.unresolved === true) return [];
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(json, path));
    return issue.keys.map((key) =>
      issueAt(
        'unknown_key',
        entryAt(place, [...path, key])?.key,
        `${name} has no key "${key}"`,
        suggest(key, known, 'valid keys'),
      ),
    );
  }
  if (issue.code === 'invalid_union') return [translateUnion(issue, place, json, name)];
  if (entry === undefined || (issue.code === 'invalid_type' && isEmpty(entry.value))) {
    return [missing(place, path, json)];
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    return [
      issueAt(
        'invalid_value',
        entry.key,
        `${name}: the key "${path.at(-1)}" is not valid: ${first?.message ?? issue.message}`,
      ),
    ];
  }
  const got = issue.code === 'invalid_type' ? `, got ${kindOf(entry.value)}` : '';
  const code = issue.code === 'invalid_type' ? 'wrong_type' : 'invalid_value';
  return [
    {
      ...issueAt(code, rangeOf(entry), `${name}: ${issue.message}${got}`, hintFor(issue, entry)),
      ...concealed,
    },
  ];
}

/** Says what a key that must be there is for. */
function missing(place: Place, path: Path, json: JsonSchema): ConfigIssue {
  const owner = path.slice(0, -1);
  const key = path.at(-1);
  const at = entryAt(place, path)?.key ?? entryAt(place, owner)?.key;
  const description = schemaAt(json, path)?.description;
  const hint = description === undefined ? undefined : `${key}: ${description}`;
  return issueAt('missing_key', at, `${[place.name, ...owner].join('::')} needs the key "${key}"`, hint);
}

/** The alternative that got furthest says what is wrong; where none fits at all, what each wants. */
function translateUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  place: Place,
  json: JsonSchema,
  name: string,
): ConfigIssue {
  const path = plainPath(issue.path);
  const entry = entryAt(place, path);
  if (entry === undefined) return missing(place, path, json);
  const fitting = issue.errors.find((errors) => errors.every((error) => error.path.length > 0));
  const [inner] = fitting ?? [];
  if (inner !== undefined) {
    const [translated] = translate({ ...inner, path: [...issue.path, ...inner.path] }, place, json);
    if (translated !== undefined) return translated;
  }
  const wants = new Set(
    issue.errors.flatMap((errors) => errors.map((error) => error.message.replace(/^expected /, ''))),
  );
  const message = issue.message === OTHER_FORM ? `expected ${[...wants].join(' or ')}` : issue.message;
  return issueAt('wrong_type', rangeOf(entry), `${name}: ${message}, got ${kindOf(entry.value)}`);
}

function hintFor(issue: z.core.$ZodIssue, entry: Entry): string | undefined {
  if (issue.code !== 'invalid_value' || entry.value.kind !== 'scalar') return undefined;
  const near = nearest(String(entry.value.value), issue.values.map(String));
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** A short value is pointed at itself, a map or list at its key. */
function rangeOf(entry: Entry): Range {
  return entry.value.kind === 'scalar' ? entry.value.range : entry.key;
}

/** What stands at a path, with its key; an item of a list is its own key. */
function entryAt(place: Place, path: Path): Entry | undefined {
  let entry: Entry | undefined = place.entry;
  for (const step of path) {
    const node: ConfigNode | undefined = entry?.value;
    if (node?.kind === 'map') entry = node.entries.get(String(step));
    else if (node?.kind === 'list') {
      const item = node.items[Number(step)];
      entry = item === undefined ? undefined : { key: item.range, value: item };
    } else return undefined;
  }
  return entry;
}

function plainPath(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}
