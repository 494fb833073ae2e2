import { createHash } from 'node:crypto';
import type { EventView } from '../event_view.ts';
import type { Schema } from '../schema.ts';
import { schemaWeight } from '../schema_weight.ts';
import type { ValueNames } from '../value_names.ts';
import { type EmbeddedSchema, readEventInfo } from './event_info.ts';
import { readManifest } from './manifest.ts';
import { ManifestChunks } from './manifest_chunks.ts';
import { readMapInfo } from './map_info.ts';

const EVENT_INFO = 32;
const EVENT_MAP_INFO = 33;
/** Fields and map entries in all schemas and maps together, about 200 bytes each. */
const MAX_WEIGHT = 500_000;
const MAX_MANIFESTS = 1000;

/**
 * Schemas that a trace carries: EventInfo blobs of merged files and the manifests that EventSources write
 * about themselves. Bounded; what comes beyond the bound is not learnt.
 */
export class EmbeddedSchemas {
  readonly #schemas = new Map<string, Map<number, Schema>>();
  readonly #names = new Map<string, string>();
  readonly #maps = new Map<string, Map<string, ValueNames>>();
  readonly #chunks = new ManifestChunks();
  /** Hashes of the manifests already read, since each session writes them again. */
  readonly #read = new Set<string>();
  #weight = 0;

  /** Learns from an event that describes others; returns the GUID of the provider it described, if any. */
  learn(e: EventView): string | undefined {
    if (e.kind === 'event') return this.#learnManifest(e);
    if (e.kind !== 'classic') return undefined;
    if (e.opcode === EVENT_MAP_INFO) return this.#learnMap(e);
    if (e.opcode !== EVENT_INFO) return undefined;
    const found = readEventInfo(e.bytes, e.view, e.payloadStart, e.payloadEnd);
    if (found === undefined) return undefined;
    if (!this.#add(found)) return undefined;
    this.#names.set(found.guid, found.schema.provider);
    return found.guid;
  }

  /** The schema of that very version. */
  exact(guid: string, id: number, version: number): Schema | undefined {
    return this.#schemas.get(guid)?.get(id | (version << 16));
  }

  /** The schema of the nearest version below. */
  older(guid: string, id: number, version: number): Schema | undefined {
    const schemas = this.#schemas.get(guid);
    if (schemas === undefined) return undefined;
    for (let v = version - 1; v >= 0; v--) {
      const schema = schemas.get(id | (v << 16));
      if (schema !== undefined) return schema;
    }
    return undefined;
  }

  /** The provider's name, as the trace gives it. */
  providerName(guid: string): string | undefined {
    return this.#names.get(guid);
  }

  #learnMap(e: EventView): string | undefined {
    const found = readMapInfo(e.bytes, e.view, e.payloadStart, e.payloadEnd);
    if (found === undefined) return undefined;
    this.#addMap(found.guid, found.name, found.map);
    return found.guid;
  }

  #addMap(guid: string, name: string, map: ValueNames): void {
    const maps = this.#mapsOf(guid);
    this.#weight += 1 + map.names.size - (maps.get(name)?.names.size ?? 0);
    if (this.#weight < MAX_WEIGHT) maps.set(name, map);
  }

  // One map of maps per provider: schemas refer to it, so that they also see the maps that come later.
  #mapsOf(guid: string): Map<string, ValueNames> {
    let maps = this.#maps.get(guid);
    if (maps === undefined) this.#maps.set(guid, (maps = new Map()));
    return maps;
  }

  #learnManifest(e: EventView): string | undefined {
    const { providerId } = e;
    if (providerId === null || this.#read.size >= MAX_MANIFESTS) return undefined;
    const xml = this.#chunks.add(providerId, e.payload());
    if (xml === undefined) return undefined;
    const hash = createHash('sha256').update(xml).digest('base64');
    if (this.#read.has(hash)) return undefined;
    this.#read.add(hash);
    const manifest = readManifest(xml);
    // A manifest describes its own provider; one that names another is not believed.
    if (manifest?.guid !== providerId) return undefined;
    this.#names.set(manifest.guid, manifest.provider);
    for (const [name, map] of manifest.maps) this.#addMap(manifest.guid, name, map);
    for (const schema of manifest.schemas) this.#add(schema);
    return manifest.guid;
  }

  // Whether there was room; a schema that comes again takes the place of the one before.
  #add({ guid, id, version, schema }: EmbeddedSchema): boolean {
    const key = id | (version << 16);
    const before = this.#schemas.get(guid)?.get(key);
    const weight = this.#weight + schemaWeight(schema) - (before === undefined ? 0 : schemaWeight(before));
    if (weight > MAX_WEIGHT) return false;
    this.#weight = weight;
    let schemas = this.#schemas.get(guid);
    if (schemas === undefined) this.#schemas.set(guid, (schemas = new Map()));
    schemas.set(key, { ...schema, maps: this.#mapsOf(guid) });
    return true;
  }
}
