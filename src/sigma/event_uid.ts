import { createHash } from 'node:crypto';
import { Attr, ResourceAttr } from '../model/attributes.ts';
import type { LogRecord } from '../model/log_record.ts';

/**
 * Names an event, and a rule that it fired: 32 hex digits, the same whenever and wherever it is judged. Made of host,
 * time, name and the record's own values, which an event has from its trace.
 */
export function eventUid(record: LogRecord, rule = ''): string {
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
    rule,
  ];
  return shortHash(JSON.stringify(parts));
}

/** Names an event of which the uid alone is known, and a rule that it fired. */
export function uidOf(event: string, rule: string): string {
  return shortHash(JSON.stringify([event, rule]));
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
