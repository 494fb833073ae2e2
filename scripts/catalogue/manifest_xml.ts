import type { CatalogueMap } from '../../src/etw/catalogue/format.ts';
import type { EventFacts, FieldFacts, ProviderFacts } from './facts.ts';
import { markStructures } from './structures.ts';
import { descendants, parseXml, type XmlElement } from './xml.ts';

/**
 * Reads an instrumentation manifest (the schema of wevtutil, mc.exe and TDH's reconstructions). One result
 * per `<provider>` element, in document order: a file may describe a provider twice.
 */
export function readManifest(text: string, source: string): ProviderFacts[] {
  const document = parseXml(text);
  const strings = new Map<string, string>();
  for (const entry of descendants(document, 'string'))
    strings.set(required(entry, 'id'), required(entry, 'value'));
  return [...descendants(document, 'provider')].map((provider) => readProvider(provider, strings, source));
}

function readProvider(
  provider: XmlElement,
  strings: ReadonlyMap<string, string>,
  source: string,
): ProviderFacts {
  const templates = new Map<string, readonly FieldFacts[]>();
  for (const template of descendants(provider, 'template')) {
    templates.set(
      required(template, 'tid'),
      markStructures(readFields(template), (field) => field.count !== undefined),
    );
  }
  const keywords = new Map<string, string>();
  for (const keyword of descendants(provider, 'keyword')) {
    keywords.set(required(keyword, 'name'), required(keyword, 'mask').toLowerCase());
  }
  return {
    provider: required(provider, 'name'),
    guid: required(provider, 'guid').toLowerCase().replaceAll(/[{}]/g, ''),
    source,
    keywords,
    maps: readMaps(provider, strings),
    events: [...descendants(provider, 'event')].map((event) => readEvent(event, templates)),
  };
}

function readEvent(event: XmlElement, templates: ReadonlyMap<string, readonly FieldFacts[]>): EventFacts {
  const tid = event.attributes.get('template');
  const fields = tid === undefined ? [] : templates.get(tid);
  const id = Number(required(event, 'value'));
  if (fields === undefined) throw new Error(`event ${id} names a template that is not there: ${tid}`);
  return {
    id,
    version: Number(event.attributes.get('version') ?? 0),
    symbol: event.attributes.get('symbol') ?? '',
    ...optional('task', event.attributes.get('task')),
    ...optional('opcode', unprefixed(event.attributes.get('opcode'))),
    fields,
  };
}

function readFields(parent: XmlElement): FieldFacts[] {
  // Children that are neither data nor struct (UserData) only say how an event is rendered as XML.
  return parent.children.filter((child) => child.name === 'data' || child.name === 'struct').map(readField);
}

function readField(element: XmlElement): FieldFacts {
  const { name, attributes } = element;
  const isStruct = name === 'struct';
  return {
    name: required(element, 'name'),
    in: isStruct ? 'Struct' : (unprefixed(required(element, 'inType')) ?? ''),
    ...optional('out', unprefixed(attributes.get('outType'))),
    ...optional('map', attributes.get('map')),
    ...optional('length', attributes.get('length')),
    ...optional('count', attributes.get('count')),
    ...(isStruct ? { fields: readFields(element) } : {}),
  };
}

function readMaps(
  provider: XmlElement,
  strings: ReadonlyMap<string, string>,
): ReadonlyMap<string, CatalogueMap> {
  const maps = new Map<string, CatalogueMap>();
  for (const [element, kind] of [
    ['valueMap', 'values'],
    ['bitMap', 'bits'],
  ] as const) {
    for (const map of descendants(provider, element)) {
      const names = map.children.map((entry): [string, string] => {
        const id = /^\$\(string\.(.*)\)$/.exec(required(entry, 'message'))?.[1] ?? '';
        return [String(Number(required(entry, 'value'))), strings.get(id)?.trim() ?? id];
      });
      maps.set(required(map, 'name'), { kind, names: Object.fromEntries(names) });
    }
  }
  return maps;
}

function unprefixed(name: string | undefined): string | undefined {
  return name?.replace(/^(win|xs):/, '');
}

function required(element: XmlElement, name: string): string {
  const value = element.attributes.get(name);
  if (value === undefined) throw new Error(`<${element.name}> without ${name}`);
  return value;
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
