import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { COUNTED_IN_TYPES, MANIFEST_IN_TYPES, MANIFEST_OUT_TYPES } from '../manifest_types.ts';
import type { Field, InType, Schema } from '../schema.ts';
import type { ValueNames } from '../value_names.ts';
import type { EmbeddedSchema } from './event_info.ts';

const IN_TYPES: ReadonlyMap<string, InType> = new Map(
  [...MANIFEST_IN_TYPES, ...COUNTED_IN_TYPES].map((type) => [`win:${type}`, type]),
);
const MAX_ELEMENTS = 200_000;
/** Fields of a template or struct: no event has more (as in TRACE_EVENT_INFO), and names are looked up in them. */
const MAX_FIELDS = 1024;
const MAX_DEPTH = 8;

/** Thrown through the parser at its first error, since it would go on to tell every other one. */
class UnsoundXml extends Error {}

interface EventElement {
  readonly id: number;
  readonly version: number;
  readonly name: string;
  readonly template: string | undefined;
}

/** A manifest's provider and the schemas of its events. */
export interface ManifestSchemas {
  readonly guid: string;
  readonly provider: string;
  readonly schemas: readonly EmbeddedSchema[];
  readonly maps: ReadonlyMap<string, ValueNames>;
}

/** Reads the manifest that an EventSource writes about itself; undefined when it is damaged. */
export function readManifest(xml: string): ManifestSchemas | undefined {
  const reader = new ManifestReader();
  const parser = new SaxesParser();
  let elements = 0;
  parser.on('error', () => {
    throw new UnsoundXml();
  });
  parser.on('opentag', (tag) => {
    if (++elements > MAX_ELEMENTS) throw new UnsoundXml();
    reader.open(tag);
  });
  parser.on('closetag', (tag) => reader.close(tag.name));
  try {
    parser.write(xml).close();
  } catch (error) {
    if (!(error instanceof UnsoundXml)) throw error;
  }
  // What stands behind the provider (the string table) may be damaged without harm.
  return reader.result();
}

class ManifestReader {
  #guid = '';
  #provider = '';
  readonly #events: EventElement[] = [];
  readonly #templates = new Map<string, Field[]>();
  readonly #maps = new Map<string, { kind: ValueNames['kind']; names: Map<number, string> }>();
  #openMap: Map<number, string> | undefined;
  // The lists that <data> is added to: a template's, and a struct's within it.
  readonly #open: Field[][] = [];

  open(tag: SaxesTagPlain): void {
    const { name, attributes } = tag;
    if (name === 'provider') this.#openProvider(attributes);
    else if (name === 'event') this.#event(attributes);
    else if (name === 'template') this.#template(attributes['tid'] ?? '');
    else if (name === 'data') this.#data(attributes);
    else if (name === 'struct') this.#struct(attributes);
    else if (name === 'valueMap' || name === 'bitMap') this.#map(name, attributes['name'] ?? '');
    else if (name === 'map') this.#mapEntry(attributes);
  }

  close(name: string): void {
    if (name === 'template' || name === 'struct') this.#open.pop();
  }

  result(): ManifestSchemas | undefined {
    if (this.#guid === '' || this.#provider === '') return undefined;
    const provider = this.#provider;
    const schemas = this.#events.map(({ id, version, name, template }) => {
      const fields = template === undefined ? [] : (this.#templates.get(template) ?? []);
      const schema: Schema = { provider, event: name, fields, source: 'embedded' };
      return { guid: this.#guid, id, version, schema };
    });
    return { guid: this.#guid, provider, schemas, maps: this.#maps };
  }

  #openProvider(attributes: Readonly<Record<string, string>>): void {
    this.#guid = (attributes['guid'] ?? '').toLowerCase().replace(/^\{|\}$/g, '');
    this.#provider = attributes['name'] ?? '';
  }

  #event(attributes: Readonly<Record<string, string>>): void {
    const id = Number(attributes['value']);
    const version = Number(attributes['version'] ?? '0');
    if (!isBelow(id, 0x10000) || !isBelow(version, 0x100)) return;
    this.#events.push({
      id,
      version,
      name: attributes['symbol'] ?? String(id),
      template: attributes['template'],
    });
  }

  #map(element: 'valueMap' | 'bitMap', name: string): void {
    this.#openMap = new Map();
    this.#maps.set(name, { kind: element === 'bitMap' ? 'bits' : 'values', names: this.#openMap });
  }

  // EventSources name their entries `$(string.map_<map>.<entry>)`, so the string table is not needed.
  #mapEntry(attributes: Readonly<Record<string, string>>): void {
    const value = Number(attributes['value']);
    const name = /\.([^.)]+)\)$/.exec(attributes['message'] ?? '')?.[1];
    if (isBelow(value, 2 ** 32) && name !== undefined) this.#openMap?.set(value, name);
  }

  #template(tid: string): void {
    const fields: Field[] = [];
    this.#templates.set(tid, fields);
    this.#open.push(fields);
  }

  #data(attributes: Readonly<Record<string, string>>): void {
    const fields = this.#open.at(-1);
    if (fields !== undefined && fields.length < MAX_FIELDS) fields.push(fieldOf(attributes, fields));
  }

  #struct(attributes: Readonly<Record<string, string>>): void {
    const parent = this.#open.at(-1) ?? [];
    const fields: Field[] = [];
    if (parent.length < MAX_FIELDS && this.#open.length <= MAX_DEPTH)
      parent.push({ name: attributes['name'] ?? '', inType: 'Struct', fields, ...count(attributes, parent) });
    this.#open.push(fields);
  }
}

function fieldOf(attributes: Readonly<Record<string, string>>, before: readonly Field[]): Field {
  // An in type that is not known cannot be skipped either: a binary of unknown length ends the payload.
  const inType = IN_TYPES.get(attributes['inType'] ?? '') ?? 'Binary';
  const outType = MANIFEST_OUT_TYPES.get((attributes['outType'] ?? '').replace(/^(win|xs):/, ''));
  const length = size(attributes['length'], before);
  return {
    name: attributes['name'] ?? '',
    inType,
    ...(outType === undefined ? {} : { outType }),
    ...(attributes['map'] === undefined ? {} : { map: attributes['map'] }),
    ...(length === undefined ? {} : { length }),
    ...count(attributes, before),
  };
}

function count(
  attributes: Readonly<Record<string, string>>,
  before: readonly Field[],
): Pick<Field, 'count'> | Record<string, never> {
  const found = size(attributes['count'], before);
  return found === undefined ? {} : { count: found };
}

/** A number, or the name of an earlier field. */
function size(
  text: string | undefined,
  before: readonly Field[],
): number | { readonly field: number } | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (isBelow(number, 0x10000)) return number;
  const field = before.findIndex(({ name }) => name === text);
  return field < 0 ? undefined : { field };
}

function isBelow(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < limit;
}
