import type { z } from 'zod';
import { expectation } from './expectation.ts';
import { type ConfigIssue, issueAt } from './issue.ts';
import { type JsonSchema, jsonSchemaOf, schemaAt } from './json_schema.ts';
import { type ConfigNode, isEmpty, kindOf, nodeAt, type Plain, withNodeAt } from './node.ts';
import { type Place, plainPath } from './place.ts';
import { translate } from './translate.ts';

/** A config that its schema took, or everything that is wrong with it. */
export type ParseResult<T> =
  | { readonly kind: 'parsed'; readonly value: T }
  | { readonly kind: 'wrong'; readonly issues: readonly ConfigIssue[] };

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
  return schema.safeParse(isEmpty(node) ? {} : valueFor(jsonSchemaOf(schema), node), { error: expectation });
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

/**
 * The plain value of a tree as its schema takes it. An empty value (`tls:`) means "the default", as in the
 * Collector: undefined, the key being kept so that an unknown one is still found. A section that is off unless
 * it is given is given by that, with all its defaults.
 */
function valueFor(schema: JsonSchema, node: ConfigNode): Plain {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map((item) => valueFor(schema.items ?? {}, item));
  // Keys are the writer's: one may be `__proto__`.
  const plain: { [key: string]: Plain } = Object.create(null);
  for (const [key, { value }] of node.entries) {
    const own = schemaAt(schema, [key]) ?? {};
    if (!isEmpty(value)) plain[key] = valueFor(own, value);
    else plain[key] = own.properties !== undefined && own.default === undefined ? {} : undefined;
  }
  return plain;
}
