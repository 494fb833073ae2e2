import { type AttributeKey, type Shape, valueOf } from '../../model/attribute_set.ts';
import { DeferredText } from '../../model/deferred_text.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value } from '../../model/value.ts';
import type { EventMapping } from '../events/mapping.ts';
import { BodyTemplate } from '../record_body.ts';

/** Values of a record's own attributes, in the order of its shape. */
export type Values = (Value | undefined)[];

/**
 * What records of one event have alike: where their attributes stand, and how their body is written. The
 * places of learned attributes are in the shape from the start (mapping.ts), so that a changed record keeps it.
 */
export class RecordForm {
  readonly shape: Shape;
  readonly #body: BodyTemplate | undefined;
  /** Bodies of the mapping's variants by their EventName. */
  readonly #bodies: ReadonlyMap<string, BodyTemplate> | undefined;

  constructor(shape: Shape, mapping: EventMapping) {
    this.shape = shape;
    this.#body = mapping.bodyField === undefined ? new BodyTemplate(mapping.body, shape) : undefined;
    if (mapping.variants !== undefined)
      this.#bodies = new Map(
        mapping.variants.map(({ eventName, body }) => [eventName, new BodyTemplate(body, shape)]),
      );
  }

  /** The place of an attribute, or -1. */
  slot(key: AttributeKey): number {
    return this.shape.indexOf(key);
  }

  /** A copy of a record's values, to be changed. */
  values(record: LogRecord): Values {
    return record.own.values.slice();
  }

  /** The record with other values: a new shell, the same blocks, the body written anew. */
  with(record: LogRecord, values: Values, body?: string): LogRecord {
    const own = { shape: this.shape, values };
    const template = this.#bodyOf(record);
    if (body !== undefined) return record.with({ own, body });
    return record.with(template === undefined ? { own } : { own, body: new DeferredText(template, values) });
  }

  #bodyOf(record: LogRecord): BodyTemplate | undefined {
    return this.#bodies?.get(record.eventName) ?? this.#body;
  }
}

/** A text among values; undefined for what is none, and for slot -1. */
export function textAt(values: readonly (Value | undefined)[], slot: number): string | undefined {
  const value = values[slot];
  return typeof value === 'string' ? value : undefined;
}

/** A number among values; undefined for what is none, and for slot -1. */
export function numberAt(values: readonly (Value | undefined)[], slot: number): number | undefined {
  const value = values[slot];
  return typeof value === 'number' ? value : undefined;
}

/** The value of one of a record's own attributes. */
export function own<T extends Value>(record: LogRecord, key: AttributeKey<T>): T | undefined {
  return valueOf(record.own, key);
}
