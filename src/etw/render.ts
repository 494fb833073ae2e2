import { Buffer } from 'node:buffer';
import type { Value, ValueMap } from '../model/value.ts';
import { DataMap } from './data_map.ts';
import { hexText } from './hex_text.ts';
import type { Field, FieldValue, Schema } from './schema.ts';
import { fileTimeText } from './time_text.ts';
import { nameOf, type ValueNames } from './value_names.ts';

/** How a field's numbers are shown; everything else shows by the value's own type. */
type Form = 'plain' | 'hex' | 'filetime' | 'bool' | 'struct';

interface FieldRenderer {
  readonly name: string;
  /** Where the name of the number goes, for a field with a value or bit map. */
  readonly nameKey: string;
  readonly names: ValueNames | undefined;
  readonly form: Form;
  readonly members: readonly FieldRenderer[];
}

/** Bytes as they are (records) or as lower-case hex (text output). */
type Binary = 'bytes' | 'hex';

const MAX_DEPTH = 16;

/**
 * Shows a decoded payload as a nested map by field name: integers as numbers where exact and as decimal
 * strings beyond 2^53; addresses, keys and hex types as `0x…` strings; FILETIMEs as RFC 3339 with 7 digits;
 * missing fields left out. Beside a number that a value or bit map names stands its name, as `<field>_name`.
 * A field's name that stands twice gets `_2`, `_3` … Compiled once per schema.
 */
export class PayloadRenderer {
  readonly #fields: readonly FieldRenderer[];
  readonly #binary: Binary;

  constructor({ fields, maps }: Pick<Schema, 'fields' | 'maps'>, binary: Binary = 'bytes') {
    this.#fields = compile(fields, maps, 0);
    this.#binary = binary;
  }

  /** The values of the schema's fields, in their order. Never throws, whatever the values are. */
  render(values: readonly FieldValue[]): ValueMap {
    const fields = this.#fields;
    const binary = this.#binary;
    const map = new DataMap() as Record<string, Value>;
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as FieldRenderer;
      const value = render(values[i], field, binary, 0);
      if (value !== undefined) map[field.name] = value;
      if (field.names !== undefined) putName(map, field, values[i]);
    }
    return map;
  }
}

/** As {@link PayloadRenderer.render}, for output that a person or a script reads: binary as lower-case hex. */
export function renderData(schema: Schema, values: readonly FieldValue[]): ValueMap {
  let renderer = textRenderers.get(schema);
  if (renderer === undefined) {
    renderer = new PayloadRenderer(schema, 'hex');
    textRenderers.set(schema, renderer);
  }
  return renderer.render(values);
}
const textRenderers = new WeakMap<Schema, PayloadRenderer>();

function compile(fields: readonly Field[], maps: Schema['maps'], depth: number): FieldRenderer[] {
  const used = new Map<string, number>();
  return fields.map((field) => {
    const count = (used.get(field.name) ?? 0) + 1;
    used.set(field.name, count);
    const name = count === 1 ? field.name : `${field.name}_${count}`;
    return {
      name,
      nameKey: `${name}_name`,
      names: field.map === undefined ? undefined : maps?.get(field.map),
      form: formOf(field),
      members: field.fields !== undefined && depth < MAX_DEPTH ? compile(field.fields, maps, depth + 1) : [],
    };
  });
}

// 64-bit integers that are no counters. Descriptions of some builds give addresses as plain UInt64.
const KEY_NAME = /(?:Key|Handle|Address|Addr|Pointer|Ptr)$/;

function formOf(field: Field): Form {
  if (field.inType === 'Struct') return 'struct';
  if (field.outType === 'hex' || field.outType === 'ntstatus' || field.outType === 'hresult') return 'hex';
  // Process and thread ids are numbers, whatever their width (Security-Auditing has them as pointers).
  if (field.outType === 'pid' || field.outType === 'tid') return 'plain';
  if (field.outType === 'bool') return 'bool';
  if (field.outType === 'datetime' && (field.inType === 'UInt64' || field.inType === 'Int64'))
    return 'filetime';
  switch (field.inType) {
    case 'Pointer':
    case 'HexInt32':
    case 'HexInt64':
      return 'hex';
    case 'FILETIME':
      return 'filetime';
    case 'UInt64':
    case 'Int64':
      return KEY_NAME.test(field.name) ? 'hex' : 'plain';
    default:
      return 'plain';
  }
}

function render(value: FieldValue, field: FieldRenderer, binary: Binary, depth: number): Value | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
    case 'bigint':
      return renderNumber(value, field.form, binary);
    case 'object':
      return depth > MAX_DEPTH ? undefined : renderObject(value, field, binary, depth);
    default:
      return undefined;
  }
}

function renderNumber(value: number | bigint, form: Form, binary: Binary): Value {
  switch (form) {
    case 'hex':
      return hexText(value);
    case 'filetime':
      return fileTimeText(value) ?? String(value);
    case 'bool':
      return value !== 0 && value !== 0n;
    case 'plain':
    case 'struct':
      if (typeof value === 'bigint') return String(value);
      // JSON has no word for these.
      return binary === 'hex' && !Number.isFinite(value) ? String(value) : value;
  }
}

function renderObject(value: object, field: FieldRenderer, binary: Binary, depth: number): Value | undefined {
  if (value === null) return undefined;
  if (value instanceof Uint8Array) {
    if (binary === 'bytes') return value;
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
  }
  if (Array.isArray(value)) {
    const list: Value[] = [];
    for (const element of value as readonly FieldValue[]) {
      // An element that is missing keeps its place: what follows must not move up.
      list.push(render(element, field, binary, depth + 1) ?? '');
    }
    return list;
  }
  return renderStruct(value as Readonly<Record<string, FieldValue>>, field, binary, depth);
}

function renderStruct(
  value: Readonly<Record<string, FieldValue>>,
  field: FieldRenderer,
  binary: Binary,
  depth: number,
): ValueMap {
  const map = new DataMap() as Record<string, Value>;
  if (field.members.length === 0) {
    for (const name of Object.keys(value)) put(map, name, render(value[name], UNKNOWN, binary, depth + 1));
  } else {
    for (const member of field.members) {
      put(map, member.name, render(value[member.name], member, binary, depth + 1));
      if (member.names !== undefined) putName(map, member, value[member.name]);
    }
  }
  return map;
}
const UNKNOWN: FieldRenderer = { name: '', nameKey: '', names: undefined, form: 'plain', members: [] };

function putName(map: Record<string, Value>, field: FieldRenderer, value: FieldValue): void {
  if (field.names === undefined) return;
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number === 'number') put(map, field.nameKey, nameOf(field.names, number));
}

function put(map: Record<string, Value>, name: string, value: Value | undefined): void {
  if (value !== undefined) map[name] = value;
}
