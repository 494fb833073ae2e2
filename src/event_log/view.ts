import type { EtwEvent } from '../etw/event.ts';
import type { ExtendedItems } from '../etw/extended_items.ts';
import type { FieldValue, Schema } from '../etw/schema.ts';
import type { EventLogEvent } from './event.ts';

const NO_ITEMS: ExtendedItems = {};

/** An event of a log as the mapping tables see events: their providers write both to ETW and to logs. */
export class EventLogView implements EtwEvent {
  readonly kind = 'event';
  readonly channel = 0;
  readonly cpu = 0;
  readonly pointerSize = 8;
  readonly hasItems: boolean;
  readonly providerId: string | null;
  readonly providerName: string;
  readonly id: number;
  readonly version: number;
  readonly opcode: number;
  readonly level: number;
  readonly task: number;
  readonly keywordsLow: number;
  readonly keywordsHigh: number;
  readonly pid: number;
  readonly tid: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly schema: Schema;
  readonly #event: EventLogEvent;

  constructor(event: EventLogEvent, schema: Schema) {
    this.#event = event;
    this.schema = schema;
    this.providerId = event.providerId;
    this.providerName = event.provider;
    this.id = event.eventId;
    this.version = event.version;
    this.opcode = event.opcode;
    this.level = event.level;
    this.task = event.task;
    this.keywordsLow = Number(event.keywords & 0xffffffffn);
    this.keywordsHigh = Number((event.keywords >> 32n) & 0xffffffffn);
    this.pid = event.pid;
    this.tid = event.tid;
    this.seconds = event.seconds;
    this.nanoseconds = event.nanoseconds;
    this.hasItems = event.user !== undefined;
  }

  activityId(): string | undefined {
    return this.#event.activityId;
  }

  relatedActivityId(): string | undefined {
    return this.#event.relatedActivityId;
  }

  extendedItems(): ExtendedItems {
    const { user } = this.#event;
    return user === undefined ? NO_ITEMS : { sid: user };
  }

  decode(): readonly FieldValue[] {
    return this.#event.data.map(({ value }) => value);
  }

  payload(): Uint8Array {
    return new Uint8Array();
  }
}
