import type { Buffer } from 'node:buffer';
import { guidAt } from '../guid.ts';
import type { Field, InType, OutType, Schema } from '../schema.ts';
import { tdhInType, tdhOutType } from './tdh_types.ts';
import { wideTextAt } from './wide_text.ts';

/** A schema that a trace carries for one of its providers. */
export interface EmbeddedSchema {
  readonly guid: string;
  readonly id: number;
  readonly version: number;
  readonly schema: Schema;
}

// TRACE_EVENT_INFO (tdh.h), the same for 32- and 64-bit: provider GUID at 0, EVENT_DESCRIPTOR at 32 (u16 id, u8
// version), u32 decoding source at 48 (1: a MOF class), then u32 offsets from the structure's start: provider
// name at 52, task 68, opcode 72, event name 92 (of a MOF class: its activity id's name); property count 100,
// top-level count 104; EVENT_PROPERTY_INFO[] from 112.
const DESCRIPTOR = 32;
const SOURCE = 48;
const SOURCE_WBEM = 1;
const PROVIDER_NAME = 52;
const TASK_NAME = 68;
const OPCODE_NAME = 72;
const EVENT_NAME = 92;
const PROPERTY_COUNT = 100;
const TOP_LEVEL_COUNT = 104;
const PROPERTIES = 112;

// EVENT_PROPERTY_INFO, 24 bytes: u32 flags, u32 name offset, u16 in type (or first member), u16 out type (or
// number of members), u32 map name offset, u16 count (or index), u16 length (or index), u32 tags.
const PROPERTY_SIZE = 24;
const Flag = { struct: 0x1, paramLength: 0x2, paramCount: 0x4, fixedCount: 0x20 } as const;
const MAX_PROPERTIES = 1024;
const MAX_DEPTH = 8;
/** Fields in all structs together: structs may share their members, so their number could grow without end. */
const MAX_FIELDS = 4096;

/** Reads a TRACE_EVENT_INFO in [from, to); undefined when it is damaged or of no manifest provider. */
export function readEventInfo(
  bytes: Buffer,
  view: DataView,
  from: number,
  to: number,
): EmbeddedSchema | undefined {
  if (to - from < PROPERTIES) return undefined;
  const info = new EventInfo(bytes, view, from, to);
  const count = view.getUint32(from + PROPERTY_COUNT, true);
  const top = view.getUint32(from + TOP_LEVEL_COUNT, true);
  if (count > MAX_PROPERTIES || top > count || from + PROPERTIES + count * PROPERTY_SIZE > to)
    return undefined;
  const fields = info.fields(0, top, count, 0);
  if (fields === undefined) return undefined;
  const id = view.getUint16(from + DESCRIPTOR, true);
  const provider = info.text(PROVIDER_NAME) ?? guidAt(view, from);
  return {
    guid: guidAt(view, from),
    id,
    version: view.getUint8(from + DESCRIPTOR + 2),
    schema: { provider, event: info.eventName() ?? String(id), fields, source: 'embedded' },
  };
}

class EventInfo {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  readonly #from: number;
  readonly #to: number;
  #made = 0;

  constructor(bytes: Buffer, view: DataView, from: number, to: number) {
    this.#bytes = bytes;
    this.#view = view;
    this.#from = from;
    this.#to = to;
  }

  /** The event's own name, else task and opcode as the manifest compiler would join them. */
  eventName(): string | undefined {
    const task = this.text(TASK_NAME);
    const opcode = this.text(OPCODE_NAME);
    const joined = task === undefined ? opcode : `${task}${opcode === undefined ? '' : `/${opcode}`}`;
    const isClass = this.#view.getUint32(this.#from + SOURCE, true) === SOURCE_WBEM;
    return (isClass ? undefined : this.text(EVENT_NAME)) ?? joined;
  }

  /** The string that an offset field points at; undefined for offset 0, an empty or a damaged one. */
  text(offsetAt: number): string | undefined {
    return this.#textAt(this.#view.getUint32(this.#from + offsetAt, true));
  }

  /** Properties [first, end) as fields; indices in length and count are made relative to `first`. */
  fields(first: number, end: number, count: number, depth: number): Field[] | undefined {
    if (first > end || end > count || depth > MAX_DEPTH) return undefined;
    const fields: Field[] = [];
    for (let i = first; i < end; i++) {
      if (++this.#made > MAX_FIELDS) return undefined;
      const field = this.#field(i, first, count, depth);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    return fields;
  }

  #field(index: number, first: number, count: number, depth: number): Field | undefined {
    const view = this.#view;
    const at = this.#from + PROPERTIES + index * PROPERTY_SIZE;
    const flags = view.getUint32(at, true);
    const name = this.#textAt(view.getUint32(at + 4, true)) ?? `field${index}`;
    const repeat = counted(flags, view.getUint16(at + 16, true), first, index);
    if (repeat === undefined) return undefined;
    if ((flags & Flag.struct) !== 0) {
      const start = view.getUint16(at + 8, true);
      // Members stand behind all top-level properties, so a struct can never hold itself.
      const fields =
        start <= index
          ? undefined
          : this.fields(start, start + view.getUint16(at + 10, true), count, depth + 1);
      return fields === undefined ? undefined : { name, inType: 'Struct', fields, ...repeat };
    }
    const inType = tdhInType(view.getUint16(at + 8, true));
    if (inType === undefined) return undefined;
    const length = sized(flags, inType, view.getUint16(at + 18, true), first, index);
    if (length === undefined) return undefined;
    const outType = tdhOutType(view.getUint16(at + 10, true));
    const map = this.#textAt(view.getUint32(at + 12, true));
    return { name, inType, ...optional(outType, map), ...length, ...repeat };
  }

  #textAt(offset: number): string | undefined {
    return wideTextAt(this.#bytes, this.#view, this.#from, offset, this.#to);
  }
}

function optional(
  outType: OutType | undefined,
  map: string | undefined,
): Partial<Pick<Field, 'outType' | 'map'>> {
  return { ...(outType === undefined ? {} : { outType }), ...(map === undefined ? {} : { map }) };
}

function counted(
  flags: number,
  value: number,
  first: number,
  index: number,
): Pick<Field, 'count'> | Record<string, never> | undefined {
  if ((flags & Flag.paramCount) !== 0)
    return value < first || value >= index ? undefined : { count: { field: value - first } };
  // A count of 1 without the flag says that this is no array.
  return (flags & Flag.fixedCount) !== 0 || value > 1 ? { count: value } : {};
}

const SIZED: ReadonlySet<InType> = new Set<InType>(['UnicodeString', 'AnsiString', 'Binary']);

function sized(
  flags: number,
  inType: InType,
  value: number,
  first: number,
  index: number,
): Pick<Field, 'length'> | Record<string, never> | undefined {
  if (!SIZED.has(inType)) return {};
  if ((flags & Flag.paramLength) !== 0)
    return value < first || value >= index ? undefined : { length: { field: value - first } };
  return value > 0 ? { length: value } : {};
}
