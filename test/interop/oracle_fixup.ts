import type { Value } from '../../src/model/value.ts';
import type { DecodedEvent, DecodedTrace } from './oracle_trace.ts';

/** Stands for a value that TraceEvent has from other events, or that no published description has: not compared. */
export const FROM_OTHERS: unique symbol = Symbol('from other events');

/** What TraceEvent shows differently, and why. The first that fits an event and a field is taken. */
export interface FixUp {
  readonly event: RegExp;
  readonly fields: readonly string[];
  readonly reason: string;
  /** What TraceEvent should show, from what was decoded; undefined where a field is missing. */
  shown(event: DecodedEvent, trace: DecodedTrace): Value | typeof FROM_OTHERS | undefined;
}

/** TraceEvent's own name for a field. */
export function renamed(event: RegExp, names: Readonly<Record<string, string>>, reason: string): FixUp[] {
  return Object.entries(names).map(([theirs, ours]) => ({
    event,
    fields: [theirs],
    reason,
    shown: ({ data }) => data[ours],
  }));
}

/** A field that TraceEvent shows for every version of an event, with a filler where the version has none. */
export function absent(event: RegExp, fillers: Readonly<Record<string, Value>>, reason: string): FixUp[] {
  return Object.entries(fillers).map(([field, filler]) => ({
    event,
    fields: [field],
    reason,
    // Once an event has the field, its value is what counts.
    shown: ({ data }) => data[field] ?? filler,
  }));
}

/** A field that is not compared: TraceEvent fills it from other events, or no published description has it. */
export function fromOthers(event: RegExp, fields: readonly string[], reason: string): FixUp {
  return { event, fields, reason, shown: () => FROM_OTHERS };
}

/** A number that TraceEvent shows by the name of a member of one of its enumerations. */
export function enumeration(
  event: RegExp,
  field: string,
  names: Readonly<Record<number, string>>,
  number: (event: DecodedEvent) => number = ({ data }) => Number(data[field]),
): FixUp {
  return {
    event,
    fields: [field],
    reason: "a member of TraceEvent's enumeration",
    shown: (event) => names[number(event)] ?? number(event),
  };
}

/** Bits that TraceEvent shows by the names of the members of one of its enumerations. */
export function flags(
  event: RegExp,
  field: string,
  names: Readonly<Record<number, string>>,
  options: { from?: string; mask?: number; separator?: string } = {},
): FixUp {
  const { from = field, mask = 0xffff_ffff, separator = ', ' } = options;
  return {
    event,
    fields: [field],
    reason: "members of TraceEvent's enumeration",
    shown({ data }) {
      const number = (Number(data[from]) & mask) >>> 0;
      const set = Object.entries(names).filter(([bit]) => (number & Number(bit)) !== 0);
      return set.length === 0 ? 'None' : set.map(([, name]) => name).join(separator);
    },
  };
}

/** A value in words: texts as they are, numbers in decimals, all else as JSON. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}
