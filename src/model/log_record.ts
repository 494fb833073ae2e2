import type { AnyValue, Attributes, HrTime, SeverityNumber, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  type AttributeBlock,
  type AttributeKey,
  type AttributeSet,
  flattenInto,
  valueOf,
} from './attribute_set.ts';
import { Common } from './common.ts';
import { DeferredText } from './deferred_text.ts';
import { Kind } from './kind.ts';
import type { Value } from './value.ts';

/** What a record shares with others; see {@link Kind} and {@link Common}. */
interface SharedInit {
  /** Facts shared with other records. */
  readonly blocks: readonly AttributeBlock[];
  /** Interned: exporters group by the identity of resource and scope. */
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** What a log record is made of. */
export interface LogRecordInit extends SharedInit {
  /** When it happened, [unix seconds, nanoseconds]. */
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  readonly severityText?: string | undefined;
  readonly body: Value | DeferredText;
  /** Attributes of this record alone; keys disjoint from the blocks'. */
  readonly own: AttributeSet;
  /** The span it belongs to, where it is told for this record alone rather than by its trace. */
  readonly spanContext?: SpanContext | undefined;
}

/** A record as OpenTelemetry's exporters read it. */
export interface ReadableRecord extends Omit<ReadableLogRecord, 'spanContext'> {
  readonly spanContext?: SpanContext | undefined;
}

/** What a record alone tells. */
export class Occurrence {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  /** Empty where there is none; exporters leave it out then. */
  readonly severityText: string;
  /** The body as it was given: a {@link DeferredText} where it is put together when it is asked for. */
  readonly told: AnyValue;
  readonly own: AttributeSet;
  readonly spanContext: SpanContext | undefined;

  constructor(init: Omit<LogRecordInit, keyof SharedInit | 'body'> & { readonly body: AnyValue }) {
    this.hrTime = init.hrTime;
    this.hrTimeObserved = init.hrTimeObserved;
    this.eventName = init.eventName;
    this.severityNumber = init.severityNumber;
    this.severityText = init.severityText ?? '';
    this.told = init.body;
    this.own = init.own;
    this.spanContext = init.spanContext;
  }

  get body(): AnyValue {
    const { told } = this;
    return told instanceof DeferredText ? told.text : told;
  }
}

/**
 * An OpenTelemetry log record that any OpenTelemetry exporter can take. Immutable: what happened, what all of its kind
 * tell, and whom it is of. A component that changes something makes a new record, which is no more than these three.
 */
export class LogRecord implements ReadableRecord {
  readonly occurrence: Occurrence;
  readonly kind: Kind;
  readonly common: Common;
  #flat: Attributes | undefined;

  constructor(occurrence: Occurrence, kind: Kind, common: Common) {
    this.occurrence = occurrence;
    this.kind = kind;
    this.common = common;
  }

  /** A record of its parts, for those that make few. */
  static of(init: LogRecordInit): LogRecord {
    const { instrumentationScope, blocks, resource } = init;
    const kind = new Kind(instrumentationScope, blocks);
    return new LogRecord(new Occurrence(init), kind, Common.ofResource(resource));
  }

  get hrTime(): HrTime {
    return this.occurrence.hrTime;
  }
  get hrTimeObserved(): HrTime {
    return this.occurrence.hrTimeObserved;
  }
  get eventName(): string {
    return this.occurrence.eventName;
  }
  get severityNumber(): SeverityNumber {
    return this.occurrence.severityNumber;
  }
  get severityText(): string {
    return this.occurrence.severityText;
  }
  get body(): AnyValue {
    return this.occurrence.body;
  }
  get own(): AttributeSet {
    return this.occurrence.own;
  }
  /** Those of its kind, and those of whom it is of: put together when asked for. */
  get blocks(): readonly AttributeBlock[] {
    const { kind, common } = this;
    if (common.blocks.length === 0) return kind.blocks;
    return kind.blocks.length === 0 ? common.blocks : [...kind.blocks, ...common.blocks];
  }
  get resource(): Resource {
    return this.common.resource;
  }
  get instrumentationScope(): InstrumentationScope {
    return this.kind.scope;
  }
  get droppedAttributesCount(): number {
    return 0;
  }
  /** The span it belongs to: worked out when asked for, and so for each record only where somebody tells it. */
  get spanContext(): SpanContext | undefined {
    const { occurrence, common } = this;
    return occurrence.spanContext ?? common.trace?.contextOf(common.blocks, occurrence.hrTime);
  }

  /** Own attributes and those of all blocks, flattened once on first use, for foreign exporters. */
  get attributes(): Attributes {
    if (this.#flat === undefined) {
      const flat: Attributes = {};
      for (const block of this.blocks) flattenInto(flat, block);
      flattenInto(flat, this.own);
      this.#flat = Object.freeze(flat);
    }
    return this.#flat;
  }

  /** The value of an attribute, wherever it stands, or undefined. */
  get<T extends Value>(key: AttributeKey<T>): T | undefined {
    const own = valueOf(this.occurrence.own, key);
    return own ?? this.kind.get(key) ?? this.common.get(key);
  }

  /** The same of somebody, or of somebody who is known better: what components do to each record. */
  in(common: Common): LogRecord {
    return new LogRecord(this.occurrence, this.kind, common);
  }

  /** The same with one block more, of facts of this record. */
  plus(block: AttributeBlock): LogRecord {
    return new LogRecord(this.occurrence, this.kind.plus(block), this.common);
  }

  /** A new record with some parts replaced; blocks and values are shared. */
  with(changes: Partial<LogRecordInit>): LogRecord {
    return new LogRecord(this.#occurrenceWith(changes), this.#kindWith(changes), this.#commonWith(changes));
  }

  #occurrenceWith(changes: Partial<LogRecordInit>): Occurrence {
    const { occurrence } = this;
    return new Occurrence({
      hrTime: changes.hrTime ?? occurrence.hrTime,
      hrTimeObserved: changes.hrTimeObserved ?? occurrence.hrTimeObserved,
      eventName: changes.eventName ?? occurrence.eventName,
      severityNumber: changes.severityNumber ?? occurrence.severityNumber,
      severityText: changes.severityText ?? occurrence.severityText,
      body: changes.body ?? occurrence.told,
      own: changes.own ?? occurrence.own,
      spanContext: changes.spanContext ?? occurrence.spanContext,
    });
  }

  // Until somebody told of its process, all blocks are its kind's.
  #kindWith({ instrumentationScope, blocks }: Partial<LogRecordInit>): Kind {
    const { kind, common } = this;
    if (instrumentationScope === undefined && blocks === undefined) return kind;
    const scope = instrumentationScope ?? kind.scope;
    if (blocks === undefined) return new Kind(scope, kind.blocks);
    return new Kind(scope, common.blocks.length === 0 ? blocks : []);
  }

  #commonWith({ resource, blocks }: Partial<LogRecordInit>): Common {
    const { common } = this;
    if (blocks === undefined || common.blocks.length === 0) return common.of(resource);
    return new Common(resource ?? common.resource, blocks, common.trace);
  }
}

/** The unit that flows: never changed after it was handed on. */
export type LogBatch = readonly LogRecord[];

/** Records for the SDK's own exporters: its type has no undefined for a span, while they all ask for that. */
export function sdkRecords(records: readonly ReadableRecord[]): ReadableLogRecord[] {
  return [...records] as ReadableLogRecord[];
}
