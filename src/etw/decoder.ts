import type { Buffer } from 'node:buffer';
import { EVENT_METADATA_GUID, EVENT_TRACE_GUID, EventFlag, MANIFEST_EVENT_ID } from './constants.ts';
import { EmbeddedSchemas } from './embedded/embedded_schemas.ts';
import type { EventView } from './event_view.ts';
import { guidAt } from './guid.ts';
import { PayloadReader } from './payload.ts';
import { PayloadProgram } from './payload_program.ts';
import { type ProviderEntry, type ProviderNames, ProviderTable } from './providers.ts';
import type { FieldValue, Schema } from './schema.ts';
import { texts } from './text.ts';
import { readTraceLoggingSchema } from './tracelogging.ts';

/** Where schemas come from that the trace itself does not carry (src/etw/catalogue). */
export interface SchemaCatalogue extends ProviderNames {
  manifest(guid: string, id: number, version: number): Schema | undefined;
  classic(guid: string, opcode: number, version: number): Schema | undefined;
}

/**
 * Asked last, for events of a running host that nothing else knows (src/windows/schemas). Answers at once; an
 * answer that comes later is announced by `providers.forgetSchemas`.
 */
export interface LiveSchemas extends ProviderNames {
  schema(event: EventView): Schema | undefined;
}

/** A schema and its program. */
export interface CompiledSchema {
  readonly schema: Schema;
  readonly program: PayloadProgram;
}

/** Why an event is no record: it describes other events or the log itself. */
export type StateEvent = 'log_header' | 'event_schema' | 'manifest_chunk';

const STRING_ONLY_FIELDS: Schema['fields'] = [{ name: 'Message', inType: 'UnicodeString' }];
const NOTHING: readonly FieldValue[] = [];
// Bounds on what a hostile trace can make the decoder remember.
const MAX_LOOK_UPS = 200_000;
const MAX_TRACELOGGING_SCHEMAS = 20_000;
/** A byte of metadata may cost fifty of schema. */
const MAX_TRACELOGGING_BYTES = 4 * 1024 * 1024;
/** Metadata with the same hash: looked through one by one. */
const MAX_BUCKET = 16;

/**
 * Finds the schema of an event and decodes its payload. Knows nothing of files and clocks; one decoder
 * serves all streams of a receiver. Caches are bounded, so untrusted traces cannot fill the memory.
 */
export class Decoder {
  readonly providers: ProviderTable;
  readonly #catalogue: SchemaCatalogue;
  readonly #live: LiveSchemas | undefined;
  readonly #embedded = new EmbeddedSchemas();
  readonly #reader: PayloadReader;
  readonly #traceLogging = new Map<number, TraceLoggingEntry[]>();
  #traceLoggingSchemas = 0;
  #traceLoggingBytes = 0;
  /** One program for a schema, whatever the versions are that it is read by. */
  readonly #programs = new WeakMap<Schema, CompiledSchema>();
  #lookUps = 0;

  constructor(catalogue: SchemaCatalogue, live?: LiveSchemas) {
    this.#catalogue = catalogue;
    this.#live = live;
    this.providers = new ProviderTable({
      providerName: (guid) =>
        catalogue.providerName(guid) ?? this.#embedded.providerName(guid) ?? live?.providerName(guid),
    });
    this.#reader = new PayloadReader(texts);
  }

  /** How many providers and schemas are remembered. */
  get sizes(): { readonly providers: number; readonly schemas: number } {
    const { providers, schemas } = this.providers.sizes;
    return { providers, schemas: schemas + this.#traceLoggingSchemas };
  }

  /** The event's schema and program, or undefined when no source knows it. */
  compiled(e: EventView): CompiledSchema | undefined {
    if (e.kind === 'tracelogging') return e.tlSchemaAt === 0 ? undefined : this.#traceLoggingSchema(e);
    const provider = e.provider;
    const key = schemaKey(e);
    if (key === provider.lastKey) return provider.last;
    const found = this.#lookUp(e, provider, key);
    provider.lastKey = key;
    provider.last = found;
    return found;
  }

  /** Decodes the payload; see EtwEvent.decode. */
  decode(e: EventView, part?: PayloadProgram): readonly FieldValue[] {
    const program = part ?? e.compiled?.program;
    if (program === undefined) return NOTHING;
    return this.#reader.decode(program, e.view, e.bytes, e.payloadStart, e.payloadEnd, e.pointerSize);
  }

  /** Learns the schemas that an event carries about others (see {@link Decoder.stateOf}). */
  learn(e: EventView): void {
    const guid = this.#embedded.learn(e);
    if (guid !== undefined) this.providers.forgetSchemas(guid, this.#embedded.providerName(guid));
  }

  /**
   * Whether the payload decodes into named fields: all of them, or, since Windows adds fields at the end
   * without a new version, the first ones up to the payload's last byte.
   */
  decodes(e: EventView): boolean {
    const values = this.decode(e);
    if (e.compiled === undefined) return false;
    // A description without fields describes nothing where there are bytes.
    if (values.length === 0) return e.payloadStart === e.payloadEnd;
    if (values[values.length - 1] !== undefined) return true;
    return values[0] !== undefined && this.#reader.position === e.payloadEnd;
  }

  /** Whether the event only describes others or the log; such events are counted, not emitted. */
  stateOf(e: EventView): StateEvent | undefined {
    switch (e.kind) {
      case 'event':
        return e.id === MANIFEST_EVENT_ID && e.task === MANIFEST_EVENT_ID ? 'manifest_chunk' : undefined;
      case 'kernel':
        return e.group === 0 && e.opcode === 0 ? 'log_header' : undefined;
      case 'classic':
        if (e.opcode === 0) return e.providerId === EVENT_TRACE_GUID ? 'log_header' : undefined;
        return (e.opcode === 32 || e.opcode === 33) && e.providerId === EVENT_METADATA_GUID
          ? 'event_schema'
          : undefined;
      case 'tracelogging':
      case 'message':
        return undefined;
    }
  }

  #lookUp(e: EventView, provider: ProviderEntry, key: number): CompiledSchema | undefined {
    const known = provider.schemas.get(key);
    if (known !== undefined || provider.schemas.has(key)) return known;
    if (++this.#lookUps > MAX_LOOK_UPS) {
      this.providers.clear();
      this.#lookUps = 0;
    }
    const schema = this.#catalogueSchema(e, provider) ?? this.#live?.schema(e);
    const compiled = schema === undefined ? undefined : this.#compile(schema);
    provider.schemas.set(key, compiled);
    return compiled;
  }

  #catalogueSchema(e: EventView, provider: ProviderEntry): Schema | undefined {
    const { guid } = provider;
    if (guid === null) return undefined;
    switch (e.kind) {
      case 'kernel':
      case 'classic':
        return this.#catalogue.classic(guid, e.opcode, e.version);
      case 'event': {
        const by = e.decodeGuidAt === 0 ? (provider.decodeGuid ?? guid) : guidAt(e.view, e.decodeGuidAt);
        const schema =
          this.#embedded.exact(by, e.id, e.version) ??
          this.#catalogue.manifest(by, e.id, e.version) ??
          this.#embedded.older(by, e.id, e.version);
        if (schema !== undefined || (e.flags & EventFlag.stringOnly) === 0) return schema;
        return { provider: provider.name, event: String(e.id), fields: STRING_ONLY_FIELDS, source: 'string' };
      }
      case 'tracelogging':
      case 'message':
        return undefined;
    }
  }

  // The metadata's bytes and the provider are the key: ids and versions of TraceLogging events are usually 0.
  #traceLoggingSchema(e: EventView): CompiledSchema | undefined {
    const { bytes, tlSchemaAt: at, tlSchemaSize: size } = e;
    const provider = e.provider;
    const hash = hashBytes(bytes, at, size) ^ e.guid0;
    let bucket = this.#traceLogging.get(hash);
    for (const entry of bucket ?? []) {
      if (
        entry.provider === provider &&
        bytes.compare(entry.metadata, 0, entry.metadata.length, at, at + size) === 0
      ) {
        return entry.compiled;
      }
    }
    if (
      this.#traceLoggingSchemas >= MAX_TRACELOGGING_SCHEMAS ||
      this.#traceLoggingBytes + size > MAX_TRACELOGGING_BYTES
    ) {
      this.#traceLogging.clear();
      this.#traceLoggingSchemas = 0;
      this.#traceLoggingBytes = 0;
      bucket = undefined;
    }
    const schema = readTraceLoggingSchema(bytes, at, size, provider.name);
    const compiled = schema === undefined ? undefined : this.#compile(schema);
    const entry = { provider, metadata: Uint8Array.prototype.slice.call(bytes, at, at + size), compiled };
    if (bucket === undefined || bucket.length >= MAX_BUCKET) this.#traceLogging.set(hash, [entry]);
    else bucket.push(entry);
    this.#traceLoggingSchemas++;
    this.#traceLoggingBytes += size;
    return compiled;
  }

  #compile(schema: Schema): CompiledSchema {
    let compiled = this.#programs.get(schema);
    if (compiled === undefined) {
      compiled = { schema, program: new PayloadProgram(schema.fields) };
      this.#programs.set(schema, compiled);
    }
    return compiled;
  }
}

interface TraceLoggingEntry {
  readonly provider: ProviderEntry;
  readonly metadata: Uint8Array;
  readonly compiled: CompiledSchema | undefined;
}

// Fits a small integer: 16 bits of id (or 8 of opcode) and up to 16 of version; the string flag on top.
function schemaKey(e: EventView): number {
  if (e.kind === 'event') return e.id | (e.version << 16) | ((e.flags & EventFlag.stringOnly) << 24);
  return e.opcode | (e.version << 8) | (e.group >= 0 ? 0x1000000 : 0);
}

function hashBytes(bytes: Buffer, from: number, size: number): number {
  let hash = size;
  const end = from + size;
  for (let p = from; p < end; p++) hash = Math.imul(hash ^ (bytes[p] ?? 0), 0x01000193);
  return hash;
}
