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
import type { Value } from './value.ts';

/** What a log record is made of. */
export interface LogRecordInit {
  /** When it happened, [unix seconds, nanoseconds]. */
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  readonly severityText?: string | undefined;
  readonly body: Value;
  /** Attributes of this record alone; keys disjoint from the blocks'. */
  readonly own: AttributeSet;
  /** Facts shared with other records. */
  readonly blocks: readonly AttributeBlock[];
  /** Interned: exporters group by the identity of resource and scope. */
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly spanContext?: SpanContext | undefined;
}

/**
 * An OpenTelemetry log record that any OpenTelemetry exporter can take. Immutable; a component that changes
 * something makes a new shell over the same blocks with {@link LogRecord.with}.
 */
export class LogRecord implements ReadableLogRecord {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly eventName: string;
  readonly severityNumber: SeverityNumber;
  readonly body: AnyValue;
  readonly own: AttributeSet;
  readonly blocks: readonly AttributeBlock[];
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount = 0;
  /** Empty where there is none; exporters leave it out then. */
  readonly severityText: string;
  declare readonly spanContext?: SpanContext;
  #flat: Attributes | undefined;

  /** What is given beside `init` goes before what it has. */
  constructor(
    init: Omit<LogRecordInit, 'body'> & { readonly body: AnyValue },
    blocks: readonly AttributeBlock[] = init.blocks,
    resource: Resource = init.resource,
    context: SpanContext | 'none' | undefined = init.spanContext,
  ) {
    this.hrTime = init.hrTime;
    this.hrTimeObserved = init.hrTimeObserved;
    this.eventName = init.eventName;
    this.severityNumber = init.severityNumber;
    this.severityText = init.severityText ?? '';
    this.body = init.body;
    this.own = init.own;
    this.blocks = blocks;
    this.resource = resource;
    this.instrumentationScope = init.instrumentationScope;
    if (context !== undefined && context !== 'none') this.spanContext = context;
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
    const own = valueOf(this.own, key);
    if (own !== undefined) return own;
    for (const block of this.blocks) {
      const value = valueOf(block, key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /**
   * A new shell with one block more, and perhaps another resource and span: what components that tell facts do to each
   * record.
   */
  plus(
    block: AttributeBlock,
    resource: Resource = this.resource,
    context: SpanContext | 'none' | undefined = this.spanContext,
  ): LogRecord {
    return new LogRecord(this, followed(this.blocks, block), resource, context);
  }

  /** A new shell with some parts replaced; blocks and values are shared. */
  with(changes: Partial<LogRecordInit>): LogRecord {
    return new LogRecord({
      hrTime: changes.hrTime ?? this.hrTime,
      hrTimeObserved: changes.hrTimeObserved ?? this.hrTimeObserved,
      eventName: changes.eventName ?? this.eventName,
      severityNumber: changes.severityNumber ?? this.severityNumber,
      severityText: changes.severityText ?? this.severityText,
      body: changes.body ?? this.body,
      own: changes.own ?? this.own,
      blocks: changes.blocks ?? this.blocks,
      resource: changes.resource ?? this.resource,
      instrumentationScope: changes.instrumentationScope ?? this.instrumentationScope,
      spanContext: changes.spanContext ?? this.spanContext,
    });
  }
}

/** Spreading leaves room to grow, which these never do; a record has few blocks. */
function followed(blocks: readonly AttributeBlock[], block: AttributeBlock): readonly AttributeBlock[] {
  const [a, b, c, d] = blocks;
  if (a === undefined) return [block];
  if (b === undefined) return [a, block];
  if (c === undefined) return [a, b, block];
  if (d === undefined) return [a, b, c, block];
  return blocks.length === 4 ? [a, b, c, d, block] : [...blocks, block];
}

/** The unit that flows: never changed after it was handed on. */
export type LogBatch = readonly LogRecord[];
