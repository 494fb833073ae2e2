import type { FieldValue, InType } from '../etw/schema.ts';

/** A value with its type, as the event was written. `undefined` for none. */
export interface TypedValue {
  readonly inType: InType;
  readonly value: FieldValue;
}

/** An element with its values. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, TypedValue>;
  readonly children: readonly Element[];
  /** What stands between its tags, in order, as far as it is no element. */
  readonly values: readonly TypedValue[];
}

/** Several values beside each other as one text; undefined where there is none. */
export function joined(values: readonly TypedValue[]): TypedValue | undefined {
  const there = values.filter(({ value }) => value !== undefined);
  if (there.length < 2) return there[0];
  return { inType: 'UnicodeString', value: there.map(({ value }) => textOf(value)).join('') };
}

function textOf(value: TypedValue['value']): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
