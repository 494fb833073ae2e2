import type { CatalogueField } from '../../src/etw/catalogue/format.ts';
import { COUNTED_IN_TYPES, MANIFEST_IN_TYPES, MANIFEST_OUT_TYPES } from '../../src/etw/manifest_types.ts';
import type { InType, OutType } from '../../src/etw/schema.ts';
import type { FieldFacts, Report } from './facts.ts';

/** In types of the manifest schema that fields may have; SizeT and the like occur in classic events only. */
const IN_TYPES: ReadonlySet<string> = new Set<InType>([...MANIFEST_IN_TYPES, ...COUNTED_IN_TYPES, 'Struct']);

/** What the in type means anyway. */
const USUAL: ReadonlySet<string> = new Set([
  'string',
  'byte',
  'unsignedByte',
  'short',
  'unsignedShort',
  'int',
  'unsignedInt',
  'long',
  'unsignedLong',
  'float',
  'double',
  'GUID',
  'hexBinary',
  'HexBinary',
  'NoPrint',
]);
const TIMES: ReadonlySet<string> = new Set<InType>(['FILETIME', 'SYSTEMTIME']);

/** Types whose value can be a length or a count. */
const INTEGERS: ReadonlySet<InType> = new Set<InType>([
  'Int8',
  'UInt8',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'HexInt32',
  'HexInt64',
]);

/**
 * A published field as the catalogue writes it; undefined, and reported, when its size cannot be known: a
 * type that is none, a length or count that names no earlier integer.
 */
export function toField(
  facts: FieldFacts,
  earlier: readonly CatalogueField[],
  report: Report,
): CatalogueField | undefined {
  const inType = facts.in as InType;
  if (!IN_TYPES.has(facts.in)) return refuse(report, facts, `type ${facts.in}`);
  const length = sizeOf(facts.length ?? impliedLength(facts), earlier);
  const count = sizeOf(facts.count, earlier);
  if (length === null) return refuse(report, facts, `length ${facts.length}`);
  if (facts.in === 'Binary' && length === undefined)
    return refuse(report, facts, 'binary data without a length');
  if (count === null) return refuse(report, facts, `count ${facts.count}`);
  const members: CatalogueField[] = [];
  for (const member of facts.fields ?? []) {
    const field = toField(member, members, report);
    if (field === undefined) return refuse(report, facts, 'its member');
    members.push(field);
  }
  const out = outType(facts, report);
  return {
    name: facts.name,
    in: inType,
    ...(out === undefined ? {} : { out }),
    ...(facts.map === undefined ? {} : { map: facts.map }),
    ...(length === undefined ? {} : { length }),
    ...(count === undefined ? {} : { count }),
    ...(facts.fields === undefined ? {} : { fields: members }),
  };
}

function outType(facts: FieldFacts, report: Report): OutType | undefined {
  if (facts.out === undefined || USUAL.has(facts.out)) return undefined;
  const out = MANIFEST_OUT_TYPES.get(facts.out);
  if (out === undefined) report(`${facts.name}: out type ${facts.out} ignored`);
  return out === 'datetime' && TIMES.has(facts.in) ? undefined : out;
}

/** TDH's rule: binary data that is an IPv6 address has 16 bytes without saying so. */
function impliedLength(facts: FieldFacts): string | undefined {
  return facts.in === 'Binary' && facts.out === 'IPv6' ? '16' : undefined;
}

/** A constant, the name of an earlier integer of the same list, `*`; undefined without one, null when none of these. */
function sizeOf(
  size: string | undefined,
  earlier: readonly CatalogueField[],
): number | string | undefined | null {
  if (size === undefined) return undefined;
  if (size === '*') return size;
  if (/^\d+$/.test(size)) return Number(size);
  // TDH's reconstructions take spaces out of names, but not out of what refers to them.
  const wanted = size.replaceAll(' ', '');
  const field = earlier.find(({ name }) => name === size || name === wanted);
  return field !== undefined && INTEGERS.has(field.in) && field.count === undefined ? field.name : null;
}

function refuse(report: Report, facts: FieldFacts, why: string): undefined {
  report(`fields from ${facts.name} on left out: ${why}`);
  return undefined;
}
