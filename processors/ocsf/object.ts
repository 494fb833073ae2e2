import type { Value, ValueMap } from '../../src/model/value.ts';

/** An object of OCSF of what is known: undefined where nothing is. */
export function objectOf(fields: Readonly<Record<string, Value | undefined>>): ValueMap | undefined {
  const known: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) known[name] = value;
  return Object.keys(known).length === 0 ? undefined : known;
}

/** The same with fields that OCSF wants in any case; undefined where nothing but those is known. */
export function objectWith(
  always: ValueMap,
  fields: Readonly<Record<string, Value | undefined>>,
): ValueMap | undefined {
  const known = objectOf(fields);
  return known === undefined ? undefined : { ...always, ...known };
}

/** A list of what is known; undefined where it would be empty. */
export function listOf(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known;
}
