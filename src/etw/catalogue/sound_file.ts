import type { InType } from '../schema.ts';
import type { CatalogueEvent, CatalogueField, CatalogueFile, CatalogueMap } from './format.ts';

const IN_TYPES: Readonly<Record<InType, true>> = {
  UnicodeString: true,
  AnsiString: true,
  Int8: true,
  UInt8: true,
  Int16: true,
  UInt16: true,
  Int32: true,
  UInt32: true,
  Int64: true,
  UInt64: true,
  Float: true,
  Double: true,
  Boolean: true,
  Binary: true,
  GUID: true,
  Pointer: true,
  FILETIME: true,
  SYSTEMTIME: true,
  SID: true,
  HexInt32: true,
  HexInt64: true,
  SizeT: true,
  CountedUnicodeString: true,
  CountedAnsiString: true,
  CountedBinary: true,
  WbemSid: true,
  UnicodeChar: true,
  AnsiChar: true,
  Struct: true,
};
/** As many as ids and versions could be told apart of in a large provider; the largest shipped has under 3,000. */
const MAX_EVENTS = 65_536;
/** Names and fields refer to each other by looking through the list. */
const MAX_FIELDS = 1024;
const MAX_DEPTH = 8;

/**
 * What is sound in a catalogue file: events and maps that do not keep to the format are left out, so that a
 * file that somebody damaged costs the events that it no longer describes and nothing more. Undefined when
 * it is no catalogue file at all.
 */
export function soundFile(file: unknown): CatalogueFile | undefined {
  if (!isRecord(file)) return undefined;
  const { kind, provider, guid, events, keywords, maps } = file;
  if (kind !== 'manifest' && kind !== 'classic') return undefined;
  if (typeof provider !== 'string' || typeof guid !== 'string' || !Array.isArray(events)) return undefined;
  return {
    kind,
    provider,
    guid,
    sources: [],
    ...(isTexts(keywords) ? { keywords } : {}),
    ...(isRecord(maps) ? { maps: soundMaps(maps) } : {}),
    events: events.slice(0, MAX_EVENTS).filter(isEvent),
  };
}

function soundMaps(maps: Readonly<Record<string, unknown>>): Record<string, CatalogueMap> {
  const sound = Object.entries(maps).filter((entry): entry is [string, CatalogueMap] => isMap(entry[1]));
  return Object.fromEntries(sound);
}

function isMap(map: unknown): map is CatalogueMap {
  return isRecord(map) && (map['kind'] === 'values' || map['kind'] === 'bits') && isTexts(map['names']);
}

function isEvent(event: unknown): event is CatalogueEvent {
  if (!isRecord(event)) return false;
  const { id, opcodes, version, name, names, task, opcode, fields } = event;
  return (
    isNumber(version) &&
    typeof name === 'string' &&
    (id === undefined || isNumber(id)) &&
    (opcodes === undefined || (Array.isArray(opcodes) && opcodes.length <= 256 && opcodes.every(isNumber))) &&
    (names === undefined || isTexts(names)) &&
    isTextOrNone(task) &&
    isTextOrNone(opcode) &&
    isFields(fields, 0)
  );
}

function isFields(fields: unknown, depth: number): fields is CatalogueField[] {
  return (
    Array.isArray(fields) &&
    fields.length <= MAX_FIELDS &&
    depth <= MAX_DEPTH &&
    fields.every((field) => isField(field, depth))
  );
}

function isField(field: unknown, depth: number): boolean {
  if (!isRecord(field)) return false;
  const { name, in: inType, out, map, length, count, fields } = field;
  return (
    typeof name === 'string' &&
    typeof inType === 'string' &&
    Object.hasOwn(IN_TYPES, inType) &&
    isTextOrNone(out) &&
    isTextOrNone(map) &&
    isSize(length) &&
    isSize(count) &&
    (fields === undefined || isFields(fields, depth + 1))
  );
}

function isSize(size: unknown): boolean {
  return size === undefined || typeof size === 'string' || isNumber(size);
}

function isNumber(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}

function isTextOrNone(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
