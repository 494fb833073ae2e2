import { type CheckedConfig, SECTIONS } from './checked.ts';
import { type JsonSchema, jsonSchemaOf, schemaAt } from './json_schema.ts';
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
      components[id] =
        fill(jsonSchemaOf(definition.config), isEmpty(entry.value) ? undefined : entry.value) ?? {};
    }
    if (Object.keys(components).length > 0) effective[section] = components;
  }
  return { ...effective, service: fill(jsonSchemaOf(serviceSchema), nodeAt(config.root, ['service'])) };
}

/** The value of a node, or the default of its schema, with defaults inside. */
function fill(schema: JsonSchema, node: ConfigNode | undefined): Plain {
  if (node === undefined || isEmpty(node)) return fillPlain(schema, schema.default as Plain);
  if (isSecret(schema)) return REDACTED;
  if (node.kind === 'scalar') return schema.type === 'string' ? (node.text ?? node.value) : node.value;
  if (node.kind === 'list') return node.items.map((item) => fill(schema.items ?? {}, item));
  const filled: { [key: string]: Plain } = {};
  for (const [key, { value }] of node.entries) filled[key] = fill(schemaAt(schema, [key]) ?? {}, value);
  return withDefaults(schema, filled);
}

/** The same for a default, which is a plain value. */
function fillPlain(schema: JsonSchema, value: Plain): Plain {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    // A map that may be left out as a whole keeps its own defaults to itself.
    return value;
  }
  return withDefaults(schema, { ...value });
}

function withDefaults(schema: JsonSchema, filled: { [key: string]: Plain }): Plain {
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    if (filled[key] !== undefined) continue;
    const value = fillPlain(property, property.default as Plain);
    if (value === undefined) delete filled[key];
    else filled[key] = value;
  }
  return filled;
}

function isSecret({ writeOnly, anyOf }: JsonSchema): boolean {
  return writeOnly === true || (anyOf ?? []).some(isSecret);
}
