import type { Range } from '../../config/source.ts';
import type { LogsourceName } from '../logsource.ts';
import type { Comparison, Expression } from './expression.ts';
import type { Metadata } from './metadata.ts';

/** A rule about single records. */
export interface SigmaRule {
  readonly kind: 'rule';
  readonly metadata: Metadata;
  readonly logsource: LogsourceName;
  readonly expression: Expression;
}

/** Another document's id or name. */
export interface Reference {
  readonly name: string;
  readonly range: Range;
}

/** Narrows the rules that it names: they match only where it is met too. */
export interface FilterRule {
  readonly kind: 'filter';
  readonly metadata: Metadata;
  readonly logsource: LogsourceName;
  /** `any`: every rule of the log source. */
  readonly rules: readonly Reference[] | 'any';
  readonly expression: Expression;
}

/** What a correlation counts, or in which order its rules must match. */
export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** A comparison with the number that a correlation comes to. */
export interface Limit {
  readonly comparison: Comparison | 'neq';
  readonly value: number;
}

/** When a correlation matches. */
export type CorrelationCondition =
  /** All limits are met; `fields` have the values that are counted. */
  | {
      readonly kind: 'limits';
      readonly limits: readonly Limit[];
      readonly fields: readonly string[];
      /** For value_percentile: which one, 0 to 100; undefined: the share of a value among all, in per cent. */
      readonly percentile: number | undefined;
    }
  /** Over which of its rules, by their place in the list, matched within the time. */
  | { readonly kind: 'rules'; readonly expression: Expression<number> };

/** A rule about the matches of others. */
export interface CorrelationRule {
  readonly kind: 'correlation';
  readonly metadata: Metadata;
  readonly type: CorrelationType;
  readonly rules: readonly Reference[];
  readonly groupBy: readonly string[];
  /** By alias: the field that stands for it, by the rule's name as the correlation writes it. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Milliseconds. */
  readonly timespan: number;
  readonly condition: CorrelationCondition;
  /** The rules it names match for themselves too. */
  readonly generate: boolean;
}

/** A rule that is code: what it says of itself. See src/signatures. */
export interface CodeRule {
  readonly kind: 'code';
  readonly metadata: Metadata;
}

/** What a detection may be of. */
export type DetectingRule = SigmaRule | CorrelationRule | CodeRule;

/** A document of Sigma. */
export type SigmaDocument = SigmaRule | FilterRule | CorrelationRule;

/** What names a rule in statistics and state: its id, else its name, else where it stands. */
export function keyOf({ metadata }: { readonly metadata: Metadata }): string {
  const { id, name, range } = metadata;
  return id ?? name ?? `${range.source.name}:${range.source.position(range.start).line}`;
}
