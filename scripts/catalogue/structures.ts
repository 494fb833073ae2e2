import { MANIFEST_IN_TYPES } from '../../src/etw/manifest_types.ts';
import type { FieldFacts } from './facts.ts';

// TDH_INTYPE_*, by the names that manifests use.
const TDH_NUMBERS: ReadonlyMap<string, number> = new Map(
  MANIFEST_IN_TYPES.map((name, index) => [name, index + 1]),
);

/** The in type of a structure whose members were not published. */
export const UNKNOWN_STRUCTURE = 'structure';

/**
 * Marks the structures of a description that took them for plain fields. TDH keeps a structure's first member
 * where a plain field has its in type: the number of a property, and members come after all fields. So in an
 * event of 15 fields, an array of "GUIDs" (in type 15) is an array of structures. Only arrays can be told
 * from plain fields so, and single structures before them.
 *
 * @param isArray Whether the field is an array, as far as the description says.
 */
export function markStructures(
  fields: readonly FieldFacts[],
  isArray: (field: FieldFacts, before: FieldFacts | undefined, isLast: boolean) => boolean,
): FieldFacts[] {
  const numbers = fields.map((field) => TDH_NUMBERS.get(field.in) ?? Number(field.in));
  const arrays = fields.map((field, index) => isArray(field, fields[index - 1], index === fields.length - 1));
  const first = numbers.indexOf(fields.length);
  const isFirst = first >= 0 && numbers.indexOf(fields.length, first + 1) < 0;
  let next = fields.length;
  return fields.map((field, index) => {
    const number = numbers[index] ?? 0;
    if (number > 21) return { ...field, in: UNKNOWN_STRUCTURE };
    if (!isFirst || index < first || number < next || field.in === 'Struct') return field;
    const behind = arrays.some((array, later) => array && later > index && (numbers[later] ?? 0) > number);
    if (arrays[index] !== true && !(index === first && behind)) return field;
    next = number + 1;
    return { ...field, in: UNKNOWN_STRUCTURE };
  });
}

/**
 * In tables, which lack counts, an array is what stands behind a number that is named after it (`LockCount`,
 * `Locks`), or ends the event behind a number of something (`NumRects`, `cBuffers`).
 */
export function followsCount(field: FieldFacts, before: FieldFacts | undefined, isLast: boolean): boolean {
  if (before === undefined) return false;
  if (isLast && /^(?:Num(?:berOf)?|c)[A-Z]\w*$/.test(before.name)) return true;
  const counted = /^(\w+?)s?Count$/.exec(before.name)?.[1]?.toLowerCase();
  return counted !== undefined && field.name.toLowerCase().startsWith(counted);
}
