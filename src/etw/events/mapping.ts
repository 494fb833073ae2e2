import type { SeverityNumber } from '@opentelemetry/api';
import type { AttributeKey } from '../../model/attribute_set.ts';
import type { Value } from '../../model/value.ts';
import type { FieldValue } from '../schema.ts';

/**
 * The form of the mapping tables: which record an ETW event becomes. One file per provider holds its
 * table; mappings.ts lists the files; docs/events.md is generated from them.
 *
 * To map another event: find its provider's file, add a line under the event's id (or opcode, for classic
 * kernel events), name the payload fields it takes and the attributes they become. An attribute that does
 * not exist yet is registered in src/model/attributes.ts.
 */
export interface ProviderMapping {
  /** Lower case, no braces. The class GUID for classic events. */
  readonly guid: string;
  /** The name the provider is registered under, or the MOF class. */
  readonly name: string;
  /** What a reader of docs/events.md should know of this provider's events. */
  readonly notes?: string;
  /** What the keys of `events` are: event ids (manifest events) or opcodes (classic events). */
  readonly keyedBy: 'id' | 'opcode';
  readonly events: Readonly<Record<number, EventMapping>>;
}

/** Which record one event becomes. */
export interface EventMapping {
  /** The record's EventName: a thing and what happened to it, in the present, lower case with dots. */
  readonly eventName: string;
  /** Raised, never lowered, by the level the event itself carries. */
  readonly severity: SeverityNumber;
  /** What a person reads: text with `{attribute}` or `{attribute|other}` (the first that is there, else `?`). */
  readonly body: string;
  /** A payload field that is the body itself (a script), cut at 32 KiB; `body` then serves when it is empty. */
  readonly bodyField?: string;
  /** The text of a body field that is bytes; undefined for what is no text. */
  readonly bodyText?: (value: FieldValue) => string | undefined;
  /** Attributes taken from the payload. */
  readonly fields: readonly FieldMapping[];
  /**
   * Attributes that only other events can tell and that src/etw/correlate fills in: the path behind an
   * address, the command line of a process. Their places are kept in the record.
   */
  readonly learned?: readonly AttributeKey[];
  /** Attributes that every such event has alike. */
  readonly constants?: readonly Constant[];
  /** A severity that depends on the payload. */
  readonly raise?: SeverityRule;
  /** What the event is instead where its values say so; the first that holds. */
  readonly variants?: readonly Variant[];
}

/** What an event is where two of its attributes pass a test: an image that is a driver. */
export interface Variant {
  readonly eventName: string;
  readonly severity: SeverityNumber;
  readonly body: string;
  /** Attributes of the record; an event that lacks one is not this. */
  readonly keys: readonly [AttributeKey, AttributeKey];
  readonly when: (first: Value, second: Value) => boolean;
  /** The test in words, for the docs. */
  readonly words: string;
}

/** A payload field (the first of these names that the event's version has) and the attribute it becomes. */
export interface FieldMapping {
  readonly from: readonly string[];
  readonly to: AttributeKey;
  readonly convert: Conversion;
  /** A second field that the conversion needs. */
  readonly beside: string | undefined;
}

/** An attribute with a fixed value. */
export interface Constant {
  readonly key: AttributeKey;
  readonly value: Value;
}

/** The severity that a record gets where the attribute passes the test. */
export interface SeverityRule {
  readonly key: AttributeKey;
  readonly when: (value: Value) => boolean;
  readonly severity: SeverityNumber;
  /** The test in words, for the docs. */
  readonly words: string;
}

/** From a decoded value (and that of the field beside it) to an attribute's; undefined leaves the attribute out. */
export type Conversion = (value: FieldValue, beside: FieldValue) => Value | undefined;
