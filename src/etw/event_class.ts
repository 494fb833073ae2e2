import type { SeverityNumber } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { AttributeBlock, Shape } from '../model/attribute_set.ts';
import { Attr } from '../model/attributes.ts';
import { Kind } from '../model/kind.ts';
import type { EtwEvent } from './event.ts';
import type { Constant, EventMapping } from './events/mapping.ts';
import { mappingOf } from './events/mappings.ts';
import { DataPlan, MappedPlan, PayloadPlan, type RecordPlan } from './record_plan.ts';
import type { Schema } from './schema.ts';
import { Severity, severityOfLevel } from './severity.ts';

/** Longer names than any provider's own; cuts those of a hostile trace. */
const MAX_NAME = 256;

/** Classes of one schema that differ in level, task or keywords only; more than this start anew. */
const MAX_CHAIN = 64;

const SCHEMA_KEYS = [
  Attr.etwProviderId,
  Attr.etwProviderName,
  Attr.etwEventId,
  Attr.etwVersion,
  Attr.etwOpcode,
  Attr.etwTask,
  Attr.etwLevel,
  Attr.etwKeywords,
] as const;
const SCHEMA_SHAPE = new Shape(SCHEMA_KEYS);

/** Events that are alike but for their time, process, thread and payload, and what their records share. */
export class EventClass {
  readonly schema: Schema | undefined;
  readonly eventName: string;
  readonly severity: SeverityNumber;
  readonly plan: RecordPlan;
  /** Of its records: one block with the facts of the event's schema and the mapping's constants. */
  readonly kind: Kind;
  /** Another class of the same schema. */
  readonly next: EventClass | undefined;
  readonly depth: number;
  readonly #providerId: string | null;
  readonly #providerName: string;
  readonly #id: number;
  readonly #version: number;
  readonly #opcode: number;
  readonly #level: number;
  readonly #task: number;
  readonly #keywordsLow: number;
  readonly #keywordsHigh: number;

  constructor(
    event: EtwEvent,
    made: Pick<EventClass, 'eventName' | 'severity' | 'plan' | 'kind'>,
    next: EventClass | undefined,
  ) {
    this.schema = event.schema;
    this.eventName = made.eventName;
    this.severity = made.severity;
    this.plan = made.plan;
    this.kind = made.kind;
    const depth = next === undefined ? 0 : next.depth + 1;
    this.next = depth > MAX_CHAIN ? undefined : next;
    this.depth = this.next === undefined ? 0 : depth;
    this.#providerId = event.providerId;
    this.#providerName = event.providerName;
    this.#id = event.id;
    this.#version = event.version;
    this.#opcode = event.opcode;
    this.#level = event.level;
    this.#task = event.task;
    this.#keywordsLow = event.keywordsLow;
    this.#keywordsHigh = event.keywordsHigh;
  }

  /** Whether an event of the same schema is of this class. */
  matches(event: EtwEvent): boolean {
    return (
      event.id === this.#id &&
      event.opcode === this.#opcode &&
      event.version === this.#version &&
      event.level === this.#level &&
      event.keywordsLow === this.#keywordsLow &&
      event.keywordsHigh === this.#keywordsHigh &&
      event.task === this.#task &&
      event.providerId === this.#providerId &&
      event.providerName === this.#providerName
    );
  }

  /** The class of an event among this one and those that hang on it. */
  find(event: EtwEvent): EventClass | undefined {
    if (this.matches(event)) return this;
    let at = this.next;
    while (at !== undefined && !at.matches(event)) at = at.next;
    return at;
  }
}

/** What the classes of one mapper have alike. */
export interface ClassOptions {
  readonly scope: InstrumentationScope;
  readonly includeEventData: boolean;
}

/** Works out the class of an event; `next` are the classes its schema has already. */
export function classify(
  event: EtwEvent,
  { scope, includeEventData }: ClassOptions,
  next: EventClass | undefined,
): EventClass {
  const { schema } = event;
  // Without a schema the payload cannot be read, so a known event too goes out as bytes, under its number.
  const mapping = schema === undefined ? undefined : mappingOf(event.providerId, event.id, event.opcode);
  const eventName = mapping?.eventName ?? genericName(event);
  const level = severityOfLevel(event.level);
  // A sibling of the same schema and name differs in level, task or keywords: its plan serves.
  const plan =
    next?.eventName === eventName ? next.plan : planOf(eventName, schema, mapping, includeEventData);
  return new EventClass(
    event,
    {
      eventName,
      severity: mapping === undefined ? level : raised(mapping.severity, level),
      plan,
      kind: new Kind(scope, [schemaBlock(event, mapping?.constants ?? [])]),
    },
    next,
  );
}

function planOf(
  eventName: string,
  schema: Schema | undefined,
  mapping: EventMapping | undefined,
  includeEventData: boolean,
): RecordPlan {
  if (schema === undefined) return new PayloadPlan(eventName);
  return mapping === undefined
    ? new DataPlan(eventName, schema)
    : new MappedPlan(mapping, schema, includeEventData);
}

// A provider that marks an event warning or worse means it; informational and verbose are no news.
function raised(severity: SeverityNumber, level: SeverityNumber): SeverityNumber {
  return level >= Severity.warn && level > severity ? level : severity;
}

/** `<provider>/<event>`: the schema's name for the event, else its id, or opcode where it has no id. */
function genericName(event: EtwEvent): string {
  const numbered = event.kind === 'classic' || event.kind === 'kernel' ? event.opcode : event.id;
  const name = `${event.providerName}/${event.schema?.event ?? numbered}`;
  return cut(name);
}

function cut(name: string): string {
  return name.length > MAX_NAME ? name.slice(0, MAX_NAME) : name;
}

function schemaBlock(event: EtwEvent, constants: readonly Constant[]): AttributeBlock {
  // The headers of classic and kernel events have neither task nor keywords.
  const modern = event.kind === 'event' || event.kind === 'tracelogging';
  const values = [
    event.providerId ?? undefined,
    cut(event.providerName),
    event.id,
    event.version,
    event.opcode,
    modern ? event.task : undefined,
    event.level,
    modern ? keywords(event.keywordsHigh, event.keywordsLow) : undefined,
  ];
  if (constants.length === 0) return new AttributeBlock(SCHEMA_SHAPE, values);
  const shape = new Shape([...SCHEMA_KEYS, ...constants.map((constant) => constant.key)]);
  return new AttributeBlock(shape, [...values, ...constants.map((constant) => constant.value)]);
}

function keywords(high: number, low: number): string {
  const text = (low >>> 0).toString(16);
  return high === 0 ? `0x${text}` : `0x${(high >>> 0).toString(16)}${text.padStart(8, '0')}`;
}
