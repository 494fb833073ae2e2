import { Buffer } from 'node:buffer';
import { guidBytes } from '../scenario/identifiers.ts';

/** A property of a {@link eventInfoBlob}. */
export interface BlobProperty {
  readonly name: string;
  /** TDH_INTYPE_*. */
  readonly in: number;
  readonly out?: number;
  readonly map?: string;
}

/** What a TRACE_EVENT_INFO says. */
export interface BlobEvent {
  readonly guid: string;
  readonly id?: number;
  readonly version?: number;
  readonly opcode?: number;
  /** DecodingSource: 0 a manifest, 1 a MOF class. */
  readonly source?: 0 | 1;
  readonly provider: string;
  readonly task: string;
  readonly opcodeName?: string;
  readonly properties: readonly BlobProperty[];
}

/** A TRACE_EVENT_INFO as tdh.h lays it out. */
export function eventInfoBlob(event: BlobEvent): Buffer {
  const { properties } = event;
  const blob = new Blob(112 + 24 * properties.length);
  blob.bytes.set(guidBytes(event.guid), 0);
  blob
    .u16(32, event.id ?? 0)
    .u8(34, event.version ?? 0)
    .u8(37, event.opcode ?? 0);
  blob.u32(48, event.source ?? 0);
  blob.text(52, event.provider).text(68, event.task).text(72, event.opcodeName);
  blob.u32(100, properties.length).u32(104, properties.length);
  for (const [i, property] of properties.entries()) {
    const at = 112 + 24 * i;
    blob.text(at + 4, property.name);
    blob.u16(at + 8, property.in).u16(at + 10, property.out ?? 0);
    blob.text(at + 12, property.map);
    blob.u16(at + 16, 1);
  }
  return blob.take();
}

/** An EVENT_MAP_INFO: a value map of a manifest. */
export function mapInfoBlob(name: string, entries: Readonly<Record<number, string>>): Buffer {
  const values = Object.entries(entries);
  const blob = new Blob(16 + 8 * values.length);
  blob.text(0, name).u32(4, 1).u32(8, values.length);
  for (const [i, [value, text]] of values.entries()) {
    blob.text(16 + 8 * i, `${text} `).u32(20 + 8 * i, Number(value));
  }
  return blob.take();
}

/** A PROVIDER_ENUMERATION_INFO: GUIDs and names; of MOF classes where the name says so. */
export function providersBlob(
  providers: readonly (readonly [guid: string, name: string, source?: 1])[],
): Buffer {
  const blob = new Blob(8 + 24 * providers.length);
  blob.u32(0, providers.length);
  for (const [i, [guid, name, source]] of providers.entries()) {
    const at = 8 + 24 * i;
    blob.bytes.set(guidBytes(guid), at);
    blob.u32(at + 16, source ?? 0).text(at + 20, name);
  }
  return blob.take();
}

/** Bytes with a fixed part and texts behind it. */
class Blob {
  readonly bytes: Buffer;
  #end: number;

  constructor(fixed: number) {
    this.bytes = Buffer.alloc(fixed + 16_384);
    this.#end = fixed;
  }

  u8(at: number, value: number): this {
    this.bytes.writeUInt8(value, at);
    return this;
  }

  u16(at: number, value: number): this {
    this.bytes.writeUInt16LE(value, at);
    return this;
  }

  u32(at: number, value: number): this {
    this.bytes.writeUInt32LE(value, at);
    return this;
  }

  /** A text behind the fixed part, and its offset here; nothing for undefined. */
  text(at: number, value: string | undefined): this {
    if (value === undefined) return this;
    this.u32(at, this.#end);
    this.#end += this.bytes.write(`${value}\0`, this.#end, 'utf16le');
    return this;
  }

  take(): Buffer {
    return this.bytes.subarray(0, this.#end);
  }
}
