import type { CatalogueEvent, CatalogueField, CatalogueFile } from '../../../src/etw/catalogue/format.ts';
import type { InType, OutType } from '../../../src/etw/schema.ts';

/** The short names that layouts use for in types, with the out type that goes with the name. */
const TYPES: Readonly<Record<string, readonly [InType, OutType?]>> = {
  u8: ['UInt8'],
  i8: ['Int8'],
  u16: ['UInt16'],
  i16: ['Int16'],
  u32: ['UInt32'],
  i32: ['Int32'],
  u64: ['UInt64'],
  i64: ['Int64'],
  ptr: ['Pointer'],
  size: ['SizeT'],
  guid: ['GUID'],
  time: ['FILETIME'],
  token: ['WbemSid'],
  bytes: ['Binary'],
  wsz: ['UnicodeString'],
  asz: ['AnsiString'],
  utf8: ['AnsiString', 'utf8'],
  pid: ['UInt32', 'pid'],
  tid: ['UInt32', 'tid'],
  status: ['UInt32', 'ntstatus'],
  flag: ['UInt8', 'bool'],
  ipv4: ['UInt32', 'ipv4'],
  ipv6: ['Binary', 'ipv6'],
  port: ['UInt16', 'port'],
};

/**
 * A layout of a MOF class, in the order of its columns: the version from which it holds; its opcodes with
 * their names (`10 Read, 11 Write`); its fields.
 *
 * A field is `type name`, with a length behind the type in parentheses (characters of a string, bytes of
 * binary), an out type behind a colon, a map behind an @, a count in brackets: `wsz(16) FileSystem`,
 * `u32 Flags:hex`, `u32 Type@LogType`, `u64 NodeMap[NodeCount]`. Length and count are a number, an earlier field's name, or `*`: the rest of the
 * payload. Fields in braces are a structure: `{ptr From, ptr To} Branches[*]`.
 */
export type Layout = readonly [version: number, opcodes: string, fields: string];

/** A class of the catalogue from its layouts. Throws where a layout is not understood. */
export function mofClass(
  provider: string,
  guid: string,
  sources: readonly string[],
  layouts: readonly Layout[],
): CatalogueFile {
  return { kind: 'classic', provider, guid, sources, events: layouts.map(toEvent) };
}

function toEvent([version, names, fields]: Layout): CatalogueEvent {
  const opcodes = names.split(', ').map((entry): readonly [number, string] => {
    const [, opcode, name] = /^(\d+) (\S+)$/.exec(entry) ?? [];
    if (opcode === undefined || name === undefined) throw new Error(`not an opcode and a name: ${entry}`);
    return [Number(opcode), name];
  });
  return {
    opcodes: opcodes.map(([opcode]) => opcode),
    version,
    name: opcodes[0]?.[1] ?? '',
    ...(opcodes.length === 1 ? {} : { names: Object.fromEntries(opcodes) }),
    fields: readFields(fields),
  };
}

const FIELD =
  /\s*(?:\{(?<members>[^{}]*)\}|(?<type>\w+)(?:\((?<length>[\w*]+)\))?) (?<name>\w+)(?::(?<out>\w+))?(?:@(?<map>\w+))?(?:\[(?<count>[\w*]+)\])?\s*(?:,|$)/y;

/** Reads the fields of a {@link Layout}. */
export function readFields(text: string): CatalogueField[] {
  const fields: CatalogueField[] = [];
  FIELD.lastIndex = 0;
  for (let at = 0; at < text.length; at = FIELD.lastIndex) {
    FIELD.lastIndex = at;
    const groups = FIELD.exec(text)?.groups;
    if (groups === undefined) throw new Error(`not a field: ${text.slice(at)}`);
    const next = FIELD.lastIndex;
    fields.push(toField(groups));
    // A structure's members were read with the same pattern.
    FIELD.lastIndex = next;
  }
  return fields;
}

function toField(groups: Readonly<Record<string, string | undefined>>): CatalogueField {
  const { members, type = '', length, name = '', out, map, count } = groups;
  const known = members === undefined ? TYPES[type] : (['Struct'] as const);
  if (known === undefined) throw new Error(`not a type: ${type} ${name}`);
  const [inType, usual] = known;
  const outType = (out as OutType | undefined) ?? usual;
  const size = length ?? (inType === 'Binary' && outType === 'ipv6' ? '16' : undefined);
  return {
    name,
    in: inType,
    ...(outType === undefined ? {} : { out: outType }),
    ...(map === undefined ? {} : { map }),
    ...(size === undefined ? {} : { length: toSize(size) }),
    ...(count === undefined ? {} : { count: toSize(count) }),
    ...(members === undefined ? {} : { fields: readFields(members) }),
  };
}

const toSize = (size: string): number | string => (/^\d+$/.test(size) ? Number(size) : size);
