import { type CheckedConfig, SECTIONS } from './checked.ts';
import { formsOf, type JsonSchema, jsonSchemaOf, schemaAt } from './json_schema.ts';
import { type ConfigNode, isEmpty, nodeAt, type Plain } from './node.ts';
import { serviceSchema } from './service_config.ts';

/** What stands instead of a secret. */
export const REDACTED = '[REDACTED]';

/**
 * The configuration as it takes effect, as one would write it: merged, expanded, with all defaults, and with
 * secrets hidden.
 */
export function effectiveConfig(config: CheckedConfig): Plain {
  const effective: { [section: string]: Plain } = {};
  for (const section of SECTIONS) {
    const components: { [id: string]: Plain } = {};
    for (const { id, definition, entry } of config[section].values()) {
      const schema = jsonSchemaOf(definition.config);
      components[id] = isEmpty(entry.value) ? withDefaults(schema, {}) : fill(schema, entry.value);
    }
    if (Object.keys(components).length > 0) effective[section] = components;
  }
  return { ...effective, service: fill(jsonSchemaOf(serviceSchema), nodeAt(config.root, ['service'])) };
}

/** The value of a node, or the default of its schema, with defaults inside. */
function fill(schema: JsonSchema, node: ConfigNode | undefined): Plain {
  if (node === undefined) return withDefaults(schema, schema.default as Plain);
  if (isEmpty(node)) return withDefaults(schema, (schema.default ?? (schema.properties && {})) as Plain);
  if (isSecret(schema)) return REDACTED;
  if (node.kind === 'scalar') return schema.type === 'string' ? (node.text ?? node.value) : node.value;
  if (node.kind === 'list') return node.items.map((item) => fill(schema.items ?? {}, item));
  const filled: { [key: string]: Plain } = {};
  for (const [key, { value }] of node.entries) filled[key] = fill(schemaAt(schema, [key]) ?? {}, value);
  return withDefaults(schema, filled);
}

/** A plain value, which may be a default itself, with the defaults of the keys it lacks. */
function withDefaults(schema: JsonSchema, value: Plain): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const filled = { ...value };
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (filled[key] !== undefined) continue;
    const own = withDefaults(property, property.default as Plain);
    if (own === undefined) delete filled[key];
    else filled[key] = own;
  }
  return filled;
}

function isSecret(schema: JsonSchema): boolean {
  return schema.writeOnly === true || formsOf(schema).some(isSecret);
}
