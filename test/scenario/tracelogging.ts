import type { Field, InType, OutType } from '../../src/etw/schema.ts';
import { ByteWriter } from './bytes.ts';
import type { ModernEvent } from './event_headers.ts';
import { item } from './extended_items.ts';
import { guidBytes } from './identifiers.ts';
import type { WriteValues } from './payload_writer.ts';
import { encodePayload } from './payload_writer.ts';

/** TraceLogging in types (TraceLoggingProvider.h), with the payload type that each stands for. */
export const TL_TYPE = {
  utf16: [1, 'UnicodeString'],
  ansi: [2, 'AnsiString'],
  int8: [3, 'Int8'],
  uint8: [4, 'UInt8'],
  int16: [5, 'Int16'],
  uint16: [6, 'UInt16'],
  int32: [7, 'Int32'],
  uint32: [8, 'UInt32'],
  int64: [9, 'Int64'],
  uint64: [10, 'UInt64'],
  float: [11, 'Float'],
  double: [12, 'Double'],
  bool32: [13, 'Boolean'],
  /** Bytes behind a u16 length. */
  binary: [14, 'CountedBinary'],
  guid: [15, 'GUID'],
  filetime: [17, 'FILETIME'],
  systemtime: [18, 'SYSTEMTIME'],
  sid: [19, 'SID'],
  hex32: [20, 'HexInt32'],
  hex64: [21, 'HexInt64'],
  countedUtf16: [22, 'CountedUnicodeString'],
  countedAnsi: [23, 'CountedAnsiString'],
  countedBinary: [25, 'CountedBinary'],
} as const satisfies Record<string, readonly [number, InType]>;

/** A TraceLogging type by name. */
export type TlType = keyof typeof TL_TYPE;

/** TraceLogging out types. */
export const TL_OUT = {
  noprint: 1,
  string: 2,
  bool: 3,
  hex: 4,
  pid: 5,
  tid: 6,
  port: 7,
  ipv4: 8,
  ipv6: 9,
  sockaddr: 10,
  xml: 11,
  json: 12,
  win32error: 13,
  ntstatus: 14,
  hresult: 15,
  datetime: 16,
  signed: 17,
  unsigned: 18,
  utf8: 35,
} as const;

/** A field of a TraceLogging event; a struct has `fields` in place of a type. */
export interface TlField {
  readonly name: string;
  readonly type?: TlType;
  readonly out?: keyof typeof TL_OUT;
  readonly fields?: readonly TlField[];
  /** An array: of so many elements, or `prefix` for a u16 in front of them. */
  readonly count?: number | 'prefix';
  /** Field tags, up to 28 bits. */
  readonly tags?: number;
}

/** An event's own description. */
export interface TlEvent {
  readonly name: string;
  readonly fields: readonly TlField[];
  /** Event tags, up to 28 bits. */
  readonly tags?: number;
}

/**
 * Event metadata, the data of extended item 11: u16 size, tags, name, then per field: name, in type
 * (0x20 constant count, 0x40 variable count, 0x80 out type follows), out type (0x80 tags follow), tags, count.
 * A struct has in type 24, and the number of its members in the place of the out type.
 */
export function encodeTlMetadata(event: TlEvent): Uint8Array {
  const out = new ByteWriter().u16(0);
  writeTags(out, event.tags ?? 0);
  out.utf8(`${event.name}\0`);
  writeTlFields(out, event.fields);
  return out.setU16(0, out.length).take();
}

function writeTlFields(out: ByteWriter, fields: readonly TlField[]): void {
  for (const field of fields) {
    const members = field.fields;
    const type = members === undefined ? TL_TYPE[field.type ?? 'utf16'][0] : 24;
    const count = field.count === undefined ? 0 : field.count === 'prefix' ? 0x40 : 0x20;
    const outType =
      members === undefined ? (field.out === undefined ? 0 : TL_OUT[field.out]) : members.length;
    const hasOut = outType !== 0 || field.tags !== undefined;
    out.utf8(`${field.name}\0`).u8(type | count | (hasOut ? 0x80 : 0));
    if (hasOut) out.u8(outType | (field.tags === undefined ? 0 : 0x80));
    if (field.tags !== undefined) writeTags(out, field.tags);
    if (typeof field.count === 'number') out.u16(field.count);
    if (members !== undefined) writeTlFields(out, members);
  }
}

/** 7 bits a byte, high bits first; bit 7 says that more follow. */
function writeTags(out: ByteWriter, tags: number): void {
  const groups: number[] = [tags & 0x7f];
  for (let rest = tags >>> 7; rest > 0; rest >>>= 7) groups.unshift(rest & 0x7f);
  groups.forEach((group, i) => out.u8(group | (i + 1 < groups.length ? 0x80 : 0)));
}

/** The payload's fields as a schema has them. */
export function tlSchemaFields(fields: readonly TlField[]): Field[] {
  return fields.map((field) => ({
    name: field.name,
    inType: field.fields === undefined ? TL_TYPE[field.type ?? 'utf16'][1] : 'Struct',
    ...(field.out === 'utf8' || field.out === 'json' ? { outType: field.out satisfies OutType } : {}),
    ...(field.count === undefined ? {} : { count: field.count }),
    ...(field.fields === undefined ? {} : { fields: tlSchemaFields(field.fields) }),
  }));
}

/**
 * Provider traits, the data of extended item 12: u16 size, provider name, then traits as u16 size, u8 type
 * (1 group GUID, 2 decode GUID), data.
 */
export function encodeTraits(traits: { name: string; group?: string; decode?: string }): Uint8Array {
  const out = new ByteWriter().u16(0).utf8(`${traits.name}\0`);
  if (traits.group !== undefined) out.u16(19).u8(1).bytes(guidBytes(traits.group));
  if (traits.decode !== undefined) out.u16(19).u8(2).bytes(guidBytes(traits.decode));
  return out.setU16(0, out.length).take();
}

/** A TraceLogging provider. */
export interface TlProvider {
  readonly guid: string;
  readonly name: string;
  readonly group?: string;
}

/** What TraceLogging sets of an event; time, owner and level are the caller's. */
export function traceLogging(
  provider: TlProvider,
  event: TlEvent,
  values: WriteValues,
  pointerSize: 4 | 8 = 8,
): Pick<ModernEvent, 'provider' | 'channel' | 'items' | 'payload' | 'pointerSize'> {
  return {
    provider: provider.guid,
    channel: 11,
    items: [item.provTraits(encodeTraits(provider)), item.schemaTl(encodeTlMetadata(event))],
    payload: encodePayload(tlSchemaFields(event.fields), values, pointerSize),
    pointerSize,
  };
}
