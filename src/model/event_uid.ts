import { hash } from 'node:crypto';
import { AttributeBlock, Shape } from './attribute_set.ts';
import { Attr, ResourceAttr } from './attributes.ts';
import type { LogRecord } from './log_record.ts';

/** The block that names a record; nothing else has this shape. */
export const UID_SHAPE: Shape = new Shape([Attr.logRecordUid]);

/**
 * Names an event: 32 hex digits, the same whenever and wherever it is read or judged. What its receiver has named it, or
 * made of host, time (which boots do not share), name and the record's own values, which an event has from its trace.
 */
export function eventUid(record: LogRecord): string {
  return record.get(Attr.logRecordUid) ?? madeOf(record);
}

/** Names an event, by its uid, and a rule that it fired. */
export function uidOf(event: string, rule: string): string {
  return shortHash(JSON.stringify([event, rule]));
}

/** The record with its uid (`log.record.uid`). */
export function named(record: LogRecord): LogRecord {
  if (record.get(Attr.logRecordUid) !== undefined) return record;
  return record.plus(new AttributeBlock(UID_SHAPE, [madeOf(record)]));
}

function madeOf(record: LogRecord): string {
  const { hrTime, eventName, own, resource } = record;
  const parts = [
    resource.attributes[ResourceAttr.hostName.name] ?? '',
    ...hrTime,
    eventName,
    record.get(Attr.etwProviderName) ?? '',
    record.get(Attr.etwEventId) ?? '',
    record.get(Attr.etwProcessId) ?? '',
    record.get(Attr.etwThreadId) ?? '',
    own.values.map((value) => value ?? null),
  ];
  return shortHash(JSON.stringify(parts));
}

function shortHash(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
