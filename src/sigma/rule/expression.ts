import { type Pattern, patternText } from './pattern.ts';
import type { ValueList } from './value_list.ts';

/** A boolean expression: what a rule says of one record, or a correlation of the rules that matched. */
export type Expression<T = Test> =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Expression<T>[] }
  | { readonly kind: 'not'; readonly of: Expression<T> }
  | { readonly kind: 'test'; readonly test: T };

/** Where in a field's value another text must stand. */
export type At = 'whole' | 'start' | 'end' | 'within';

/** A part of a time stamp, in UTC; weeks are those of ISO 8601. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** How numbers compare. */
export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

/** A question about the value of one field. A list of values meets it when one of them does. */
export type Test =
  /** The whole value fits the pattern. Texts of a pattern that is not cased are in lower case. */
  | { readonly kind: 'text'; readonly field: string; readonly pattern: Pattern; readonly cased: boolean }
  /** One of the record's texts fits: what Sigma calls keywords. */
  | { readonly kind: 'keyword'; readonly pattern: Pattern; readonly cased: boolean }
  /** The expression is found somewhere in the value. Flags: a subset of `ims`. */
  | { readonly kind: 'regex'; readonly field: string; readonly source: string; readonly flags: string }
  /** The value is an address of this network. */
  | { readonly kind: 'cidr'; readonly field: string; readonly address: string; readonly prefix: number }
  /** The value is one of a list's, but for those with wildcards. */
  | {
      readonly kind: 'list';
      readonly field: string;
      readonly name: string;
      readonly list: ValueList;
      readonly cased: boolean;
    }
  /** The value, or a part of the time that it is, as a number. */
  | {
      readonly kind: 'number';
      readonly field: string;
      readonly comparison: Comparison;
      readonly value: number;
      readonly part: TimePart | undefined;
    }
  /** The record does not have the field. */
  | { readonly kind: 'absent'; readonly field: string }
  /** The value of another field stands in this one's. False where one of them is missing. */
  | {
      readonly kind: 'field';
      readonly field: string;
      readonly other: string;
      readonly at: At;
      readonly cased: boolean;
    };

/** A test as an expression. */
export function test<T>(of: T): Expression<T> {
  return { kind: 'test', test: of };
}

/** All of these, flat; of none, true. */
export function and<T>(of: readonly Expression<T>[]): Expression<T> {
  return many('and', of);
}

/** One of these, flat; of none, false. */
export function or<T>(of: readonly Expression<T>[]): Expression<T> {
  return many('or', of);
}

/** The opposite. */
export function not<T>(of: Expression<T>): Expression<T> {
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

function many<T>(kind: 'and' | 'or', of: readonly Expression<T>[]): Expression<T> {
  const flat = of.flatMap((one) => (one.kind === kind ? one.of : [one]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind, of: flat };
}

/** Parts of an expression, itself included. */
export function sizeOf<T>(expression: Expression<T>): number {
  switch (expression.kind) {
    case 'test':
      return 1;
    case 'not':
      return 1 + sizeOf(expression.of);
    default:
      return expression.of.reduce((sum, one) => sum + sizeOf(one), 1);
  }
}

/** Every test in an expression. */
export function* testsIn<T>(expression: Expression<T>): Generator<T> {
  if (expression.kind === 'test') yield expression.test;
  else if (expression.kind === 'not') yield* testsIn(expression.of);
  else for (const one of expression.of) yield* testsIn(one);
}

/** The names of all fields that an expression reads. */
export function fieldsOf(expression: Expression): Set<string> {
  const names = new Set<string>();
  for (const one of testsIn(expression)) {
    if (one.kind === 'keyword') continue;
    names.add(one.field);
    if (one.kind === 'field') names.add(one.other);
  }
  return names;
}

/** A text that equal tests share and different ones do not; also what a person reads. */
export function testText(of: Test): string {
  switch (of.kind) {
    case 'text':
      return `${of.field}${of.cased ? '|cased' : ''}: ${patternText(of.pattern)}`;
    case 'keyword':
      return `keyword${of.cased ? '|cased' : ''}: ${patternText(of.pattern)}`;
    case 'regex':
      return `${of.field}|re${of.flags.replace(/./g, '|$&')}: ${of.source}`;
    case 'cidr':
      return `${of.field}|cidr: ${of.address}/${of.prefix}`;
    case 'list':
      return `${of.field}|expand${of.cased ? '|cased' : ''}: %${of.name}%`;
    case 'number':
      return `${of.field}${of.part === undefined ? '' : `|${of.part}`}|${of.comparison}: ${of.value}`;
    case 'absent':
      return `${of.field}|exists: false`;
    case 'field':
      return `${of.field}|fieldref|${of.at}${of.cased ? '|cased' : ''}: ${of.other}`;
  }
}
