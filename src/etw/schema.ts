import type { ValueNames } from './value_names.ts';

/**
 * How an event's payload is laid out, wherever that was learnt (shipped catalogue, TraceLogging metadata,
 * embedded manifests). Names follow the instrumentation manifest schema: in type = bytes, out type = meaning.
 */

/** In types: what the bytes are. Sizes in src/etw/decode.ts; source: EVENT_PROPERTY_INFO / TDH_INTYPE_*. */
export type InType =
  | 'UnicodeString'
  | 'AnsiString'
  | 'Int8'
  | 'UInt8'
  | 'Int16'
  | 'UInt16'
  | 'Int32'
  | 'UInt32'
  | 'Int64'
  | 'UInt64'
  | 'Float'
  | 'Double'
  | 'Boolean'
  | 'Binary'
  | 'GUID'
  | 'Pointer'
  | 'FILETIME'
  | 'SYSTEMTIME'
  | 'SID'
  | 'HexInt32'
  | 'HexInt64'
  | 'SizeT'
  /** u16 byte length, then UTF-16 (TDH 22 and 300). */
  | 'CountedUnicodeString'
  /** u16 byte length, then bytes (TDH 23 and 301). */
  | 'CountedAnsiString'
  /** u16 byte length, then bytes (TDH 25). */
  | 'CountedBinary'
  /** TOKEN_USER (two pointers) and a SID, or one zero u32 (classic kernel events; TDH 310). */
  | 'WbemSid'
  /** One UTF-16 code unit (TDH 306). */
  | 'UnicodeChar'
  /** One byte of text (TDH 307). */
  | 'AnsiChar'
  | 'Struct';

/** Out types: what the value means, as far as it changes how it is shown. */
export type OutType =
  | 'string'
  | 'bool'
  | 'hex'
  | 'pid'
  | 'tid'
  | 'port'
  | 'ipv4'
  | 'ipv6'
  | 'sockaddr'
  | 'xml'
  | 'json'
  | 'win32error'
  | 'ntstatus'
  | 'hresult'
  | 'datetime'
  | 'utf8';

/** A field of a payload, in order. */
export interface Field {
  readonly name: string;
  readonly inType: InType;
  readonly outType?: OutType;
  /**
   * Characters (strings) or bytes (binary): a constant, the index of an earlier field that holds it, or `rest`:
   * up to the payload's end (binary only).
   */
  readonly length?: number | FieldRef | 'rest';
  /**
   * Elements of an array: a constant, the index of an earlier field, `prefix`: a u16 before the elements, or
   * `rest`: as many whole ones as the payload has left.
   */
  readonly count?: number | FieldRef | 'prefix' | 'rest';
  /** The members, when inType is Struct. */
  readonly fields?: readonly Field[];
  /** The name of a value map or bit map of the provider. */
  readonly map?: string;
}

/** An earlier field of the same list, by index. */
export interface FieldRef {
  readonly field: number;
}

/** Where a schema came from. */
export type SchemaSource = 'tracelogging' | 'embedded' | 'catalogue' | 'classic' | 'string' | 'event_log';

/** The layout and the names of one event. */
export interface Schema {
  /** The provider's registered or TraceLogging name, the class name for classic events. */
  readonly provider: string;
  /** The event's name: TraceLogging name, manifest symbol without version suffix, or task + opcode. */
  readonly event: string;
  readonly fields: readonly Field[];
  readonly source: SchemaSource;
  /** The provider's value and bit maps, by the names that fields call them. */
  readonly maps?: ReadonlyMap<string, ValueNames>;
}

/**
 * A decoded value, by in and out type: integers to 32 bits and floats are numbers; 64-bit integers, pointers
 * and FILETIMEs are a number where exact (below 2^53), else a bigint; GUIDs and SIDs are strings
 * (lower case without braces; S-1-…); IPv4, IPv6 and sockaddr are address strings; Port is host order;
 * Binary is a copy; arrays are arrays; structs are prototype-less objects; undefined where the payload ended
 * before the field.
 */
export type FieldValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue }
  | undefined;
