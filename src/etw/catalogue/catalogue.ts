import { readFileSync } from 'node:fs';
import type { Field, FieldRef, Schema } from '../schema.ts';
import type { ValueNames } from '../value_names.ts';
import type { CatalogueEvent, CatalogueField, CatalogueFile, CatalogueMap } from './format.ts';
import { registeredName } from './provider_names.ts';
import { soundFile } from './sound_file.ts';

/** A schema of the catalogue, with the names that the event's task and opcode have. */
export interface CatalogueSchema extends Schema {
  readonly task?: string;
  readonly opcode?: string;
}

/** The newest description of a manifest event. */
export interface NewestEvent {
  readonly id: number;
  readonly version: number;
  readonly schema: CatalogueSchema;
}

/** Reads a data file of the catalogue by its name; what it returns or throws is not trusted. */
export type ReadCatalogueFile = (name: string) => unknown;

/** The versions of one event id or opcode, lowest first. */
type Versions = readonly Version[];

interface Version {
  readonly version: number;
  readonly event: CatalogueEvent;
  readonly name: string;
  schema?: CatalogueSchema;
}

interface Provider {
  readonly file: CatalogueFile;
  readonly versions: ReadonlyMap<number, Versions>;
  /** Converted once per event, shared by its opcodes. */
  readonly fields: Map<CatalogueEvent, readonly Field[]>;
  readonly maps: ReadonlyMap<string, ValueNames> | undefined;
}

/**
 * Schemas of events that do not describe themselves: manifest providers and classic (MOF) kernel classes.
 * A provider's file is read when its first event is looked up; a GUID that has none costs a look into a map.
 * What is kept is bounded by the catalogue itself. GUIDs are lower case without braces everywhere.
 */
export class Catalogue {
  readonly #index: ReadonlyMap<string, string>;
  readonly #read: ReadCatalogueFile;
  /** Undefined: its file cannot be read. */
  readonly #providers = new Map<string, Provider | undefined>();
  /** Files that could not be read, and why: `name: reason`. At most one for each GUID. */
  readonly problems: string[] = [];

  /**
   * @param index GUID to the name of the file that describes it.
   * @param read Called at most once per GUID of the index.
   */
  constructor(index: ReadonlyMap<string, string>, read: ReadCatalogueFile) {
    this.#index = index;
    this.#read = read;
  }

  static #shipped: Catalogue | undefined;

  /** The catalogue that comes with Sigel, one for the process. Throws when its files are missing. */
  static shipped(): Catalogue {
    Catalogue.#shipped ??= new Catalogue(
      new Map(Object.entries(readJson('index.json') as Record<string, string>)),
      readJson,
    );
    return Catalogue.#shipped;
  }

  /** The GUIDs that have a file. */
  get guids(): readonly string[] {
    return [...this.#index.keys()];
  }

  /**
   * The schema of a manifest event. A version that is not known is read as the nearest lower one that is,
   * since versions add fields at the end; undefined when there is none. The same object each time.
   */
  manifest(guid: string, id: number, version: number): CatalogueSchema | undefined {
    return this.#schema('manifest', guid, id, version);
  }

  /** The schema of an event of a MOF class, by the class GUID; versions as in {@link Catalogue.manifest}. */
  classic(guid: string, opcode: number, version: number): CatalogueSchema | undefined {
    return this.#schema('classic', guid, opcode, version);
  }

  /** The registered name of a provider or the name of a MOF class. Reads nothing. */
  providerName(guid: string): string | undefined {
    return registeredName(guid);
  }

  /** The manifest events of a provider: each id once, in its newest version. */
  manifestEvents(guid: string): readonly NewestEvent[] {
    const provider = this.#provider(guid);
    if (provider?.file.kind !== 'manifest') return [];
    return Array.from(provider.versions, ([id, versions]) => {
      const version = versions.at(-1)?.version ?? 0;
      const schema = this.#schema('manifest', guid, id, version);
      return schema === undefined ? [] : [{ id, version, schema }];
    }).flat();
  }

  /** A value or bit map of a provider, as {@link Field.map} names it. */
  map(guid: string, name: string): CatalogueMap | undefined {
    const maps = this.#provider(guid)?.file.maps;
    return maps !== undefined && Object.hasOwn(maps, name) ? maps[name] : undefined;
  }

  /** The names of a provider's keywords, each with its mask (`0x…`); undefined where none are known. */
  keywords(guid: string): CatalogueFile['keywords'] {
    return this.#provider(guid)?.file.keywords;
  }

  #schema(
    kind: CatalogueFile['kind'],
    guid: string,
    key: number,
    version: number,
  ): CatalogueSchema | undefined {
    const provider = this.#provider(guid);
    if (provider?.file.kind !== kind) return undefined;
    const found = provider.versions.get(key)?.findLast((known) => known.version <= version);
    if (found === undefined) return undefined;
    found.schema ??= schemaOf(provider, found);
    return found.schema;
  }

  #provider(guid: string): Provider | undefined {
    const known = this.#providers.get(guid);
    if (known !== undefined) return known;
    const name = this.#index.get(guid);
    if (name === undefined || this.#providers.has(guid)) return undefined;
    const provider = this.#load(name);
    this.#providers.set(guid, provider);
    return provider;
  }

  // A file that is damaged costs its own provider's schemas, not the trace.
  #load(name: string): Provider | undefined {
    try {
      const file = soundFile(this.#read(name));
      if (file !== undefined)
        return { file, versions: versionsOf(file), fields: new Map(), maps: mapsOf(file) };
      this.problems.push(`${name}: not a file of the catalogue`);
    } catch (error) {
      this.problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8'));
}

function mapsOf({ maps }: CatalogueFile): ReadonlyMap<string, ValueNames> | undefined {
  if (maps === undefined) return undefined;
  return new Map(
    Object.entries(maps).map(([name, { kind, names }]) => [
      name,
      { kind, names: new Map(Object.entries(names).map(([value, text]) => [Number(value), text])) },
    ]),
  );
}

function versionsOf(file: CatalogueFile): ReadonlyMap<number, Versions> {
  const versions = new Map<number, Version[]>();
  for (const event of file.events) {
    for (const key of event.opcodes ?? (event.id === undefined ? [] : [event.id])) {
      const entry = { version: event.version, event, name: event.names?.[String(key)] ?? event.name };
      const same = versions.get(key);
      if (same === undefined) versions.set(key, [entry]);
      else same.push(entry);
    }
  }
  for (const same of versions.values()) same.sort((a, b) => a.version - b.version);
  return versions;
}

function schemaOf({ file, fields, maps }: Provider, { event, name }: Version): CatalogueSchema {
  const converted = fields.get(event) ?? convert(event.fields);
  fields.set(event, converted);
  return {
    provider: file.provider,
    event: name,
    fields: converted,
    source: file.kind === 'classic' ? 'classic' : 'catalogue',
    ...(maps === undefined ? {} : { maps }),
    ...(event.task === undefined ? {} : { task: event.task }),
    ...(event.opcode === undefined ? {} : { opcode: event.opcode }),
  };
}

/** Fields of the file name the field that holds a length or count; a decoder wants its index. */
function convert(fields: readonly CatalogueField[]): readonly Field[] {
  const size = (of: number | string): number | FieldRef | 'rest' => {
    if (typeof of === 'number') return of;
    return of === '*' ? 'rest' : { field: fields.findIndex(({ name }) => name === of) };
  };
  return fields.map((field) => ({
    name: field.name,
    inType: field.in,
    ...(field.out === undefined ? {} : { outType: field.out }),
    ...(field.map === undefined ? {} : { map: field.map }),
    ...(field.length === undefined ? {} : { length: size(field.length) }),
    ...(field.count === undefined ? {} : { count: size(field.count) }),
    ...(field.fields === undefined ? {} : { fields: convert(field.fields) }),
  }));
}
