import { formsOf, type JsonSchema } from '../src/config/json_schema.ts';
import { table } from './table.ts';

const BEGIN = '<!-- options -->';
const END = '<!-- /options -->';

/** What joins nested keys in `--set`: Sigel's own, or Helm's. */
export type Separator = '::' | '.';

/** A text with the table of options between its marks brought up to date; undefined when it has no marks. */
export function withOptions(
  text: string,
  schema: JsonSchema,
  separator: Separator = '::',
): string | undefined {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END, begin);
  if (begin < 0 || end < 0) return undefined;
  return `${text.slice(0, begin + BEGIN.length)}\n\n${optionsTable(schema, separator)}\n${text.slice(end)}`;
}

/** The options of a config as a Markdown table; nested keys are joined as `--set` takes them. */
export function optionsTable(schema: JsonSchema, separator: Separator = '::'): string {
  const rows = merged(optionRows(schema, '', separator));
  if (rows.length === 0) return 'It has no options.\n';
  return table(['Option', 'Type', 'Default', 'Meaning'], rows);
}

function optionRows(schema: JsonSchema, prefix: string, separator: Separator): string[][] {
  const required = new Set(schema.required);
  const rows: string[][] = [];
  for (const [key, option] of Object.entries(schema.properties ?? {})) {
    const name = `${prefix}${key}`;
    rows.push([
      `\`${name}\``,
      typeOf(option),
      defaultOf(option, required.has(key)),
      escape(option.description ?? ''),
    ]);
    rows.push(...innerRows(option, name, separator));
  }
  return rows;
}

/** The forms of a union have keys in common: one row each, with all their types. */
function merged(rows: readonly string[][]): string[][] {
  const byName = new Map<string, string[]>();
  for (const row of rows) {
    const [name = '', type = '', value = '', meaning = ''] = row;
    const before = byName.get(name);
    if (before === undefined) byName.set(name, row);
    else if (before[1] !== type)
      byName.set(name, [name, `${before[1]}, ${type}`, value, `${before[3]} ${meaning}`]);
  }
  return [...byName.values()];
}

function innerRows(option: JsonSchema, name: string, separator: Separator): string[][] {
  if (option.items !== undefined) return innerRows(option.items, `${name}[]`, separator);
  const rows = optionRows(option, `${name}${separator}`, separator);
  for (const form of formsOf(option)) rows.push(...innerRows(form, name, separator));
  if (typeof option.additionalProperties === 'object')
    rows.push(...innerRows(option.additionalProperties, `${name}${separator}<key>`, separator));
  return rows;
}

function typeOf(schema: JsonSchema): string {
  const { title, type, writeOnly } = schema;
  if (typeof title === 'string') return title;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => (value === '' ? 'empty' : `\`${String(value)}\``)).join(', ');
  if (schema.const !== undefined)
    return `\`${typeof schema.const === 'string' ? schema.const : JSON.stringify(schema.const)}\``;
  const forms = formsOf(schema);
  if (forms.length > 0) return [...new Set(forms.map(typeOf))].join(' or ');
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`;
  if (type === 'object') {
    return typeof schema.additionalProperties === 'object'
      ? `map of ${typeOf(schema.additionalProperties)}`
      : 'map';
  }
  if (writeOnly === true) return 'secret string';
  return String(type ?? 'any');
}

function defaultOf(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required';
  const value = schema.default;
  if (value === undefined || value === '') return '';
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
