import type { AttributeKey } from '../../model/attribute_set.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { FieldValue, Provenance } from '../logsource.ts';
import type { FieldDefinition } from './definition.ts';

/** A field that is an attribute as it stands. */
export function attribute(
  key: AttributeKey<string> | AttributeKey<number>,
  provenance: Provenance = 'event',
): FieldDefinition {
  return { from: `\`${key.name}\``, provenance, read: (record) => record.get<string | number>(key) };
}

/** A field that is made of what the record has; `from` says how, for the docs. */
export function made(
  from: string,
  provenance: Provenance,
  read: (record: LogRecord) => FieldValue | undefined,
): FieldDefinition {
  return { from, provenance, read };
}

/** A field that all records of a name have alike. */
export function byEventName(
  from: string,
  values: Readonly<Record<string, FieldValue>>,
  provenance: Provenance = 'event',
): FieldDefinition {
  return made(from, provenance, ({ eventName }) =>
    Object.hasOwn(values, eventName) ? values[eventName] : undefined,
  );
}

/** The record's body where it is a text. */
export function bodyText(record: LogRecord): string | undefined {
  return typeof record.body === 'string' ? record.body : undefined;
}
