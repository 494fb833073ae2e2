import type { Field, Schema } from './schema.ts';

/**
 * What a schema costs to keep, in fields: structs count with their members, long names for more than one.
 * Caches that a hostile trace could fill are bounded by it.
 */
export function schemaWeight(schema: Schema | undefined): number {
  return schema === undefined ? 1 : 1 + fieldsWeight(schema.fields) + (schema.event.length >> 6);
}

function fieldsWeight(fields: readonly Field[]): number {
  let weight = 0;
  for (const { name, fields: members } of fields)
    weight += 1 + (name.length >> 6) + (members === undefined ? 0 : fieldsWeight(members));
  return weight;
}
