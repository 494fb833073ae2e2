import { z } from 'zod';

/** As much of JSON Schema as zod writes for configs. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly writeOnly?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly [other: string]: unknown;
}

const cache = new WeakMap<z.ZodType, JsonSchema>();

/** The JSON Schema of what one writes under a zod schema (before defaults and units are applied). */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  let json = cache.get(schema);
  if (json === undefined) {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      reused: 'inline',
      // What editors know best.
      target: 'draft-07',
    });
    json = rest as JsonSchema;
    cache.set(schema, json);
  }
  return json;
}

/** The schema of what stands at a path, or undefined where it says nothing. */
export function schemaAt(schema: JsonSchema, path: readonly PropertyKey[]): JsonSchema | undefined {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  const inner = child(schema, String(step));
  return inner === undefined ? undefined : schemaAt(inner, rest);
}

function child(schema: JsonSchema, step: string): JsonSchema | undefined {
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, step))
    return schema.properties[step];
  if (schema.items !== undefined && /^\d+$/.test(step)) return schema.items;
  if (typeof schema.additionalProperties === 'object') return schema.additionalProperties;
  for (const option of formsOf(schema)) {
    const inner = child(option, step);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The keys a map may have, where they are fixed. */
export function keysOf(schema: JsonSchema | undefined): string[] {
  if (schema === undefined) return [];
  return [...Object.keys(schema.properties ?? {}), ...formsOf(schema).flatMap(keysOf)];
}

/** The alternatives of a union. */
export function formsOf({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] {
  return anyOf ?? oneOf ?? [];
}
