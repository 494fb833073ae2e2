import { baseName, extension, status } from '../../etw/events/conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from '../../etw/events/mapping.ts';
import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value } from '../../model/value.ts';
import type { FieldValue } from '../logsource.ts';
import { accountText } from './account.ts';
import type { FieldDefinition } from './definition.ts';
import { bodyText, made } from './field.ts';

type Read = (record: LogRecord) => FieldValue | undefined;

/**
 * Payload fields by the names that event logs show and rules know: where a provider's table took one, from the
 * attribute it became; else from the payload, which records without a table have.
 */
export class PayloadFields {
  /** How a field is read, by event id. */
  readonly #byName = new Map<string, Map<number, Read>>();

  constructor(provider: ProviderMapping) {
    for (const [id, mapping] of Object.entries(provider.events)) this.#take(Number(id), mapping);
  }

  /** The ids of events whose table took a field; undefined where none did. */
  idsOf(name: string): ReadonlySet<number> | undefined {
    const reads = this.#byName.get(name);
    return reads === undefined ? undefined : new Set(reads.keys());
  }

  /** A field by its payload name. */
  field(name: string): FieldDefinition {
    const reads = this.#byName.get(name);
    return made(`\`${name}\` of the payload`, 'event', (record) => {
      const read = reads?.get(record.get(Attr.etwEventId) ?? -1);
      return read?.(record) ?? payloadValue(record, name);
    });
  }

  #take(id: number, mapping: EventMapping): void {
    for (const name of new Set(mapping.fields.flatMap(({ from }) => from))) {
      const read = readerOf(mapping.fields.filter(({ from }) => from.includes(name)));
      if (read !== undefined) this.#set(name, id, read);
    }
    if (mapping.bodyField !== undefined) this.#set(mapping.bodyField, id, bodyText);
  }

  #set(name: string, id: number, read: Read): void {
    const reads = this.#byName.get(name) ?? new Map<number, Read>();
    this.#byName.set(name, reads.set(id, read));
  }
}

// Words in the place of an event's numbers, which rules cannot know.
const WORDED: ReadonlySet<AttributeKey> = new Set<AttributeKey>([
  Attr.windowsServiceStartType,
  Attr.windowsIntegrityLevel,
]);

// One payload field may have become several attributes: a path and its parts, an account and its domain.
function readerOf(fields: readonly FieldMapping[]): Read | undefined {
  const whole = fields.find(
    ({ convert, to }) => convert !== baseName && convert !== extension && !WORDED.has(to),
  );
  if (whole === undefined) return undefined;
  if (fields.some(({ to }) => to === Attr.userDomain))
    return (record) => accountText(record.get(Attr.userName), record.get(Attr.userDomain));
  const { to, convert } = whole;
  if (convert === status) return (record) => statusForms(record.get(to));
  return (record) => plain(record.get(to));
}

/** A status by both of the forms in which event logs show them: decimal, and `0x…`. */
function statusForms(value: Value | undefined): FieldValue | undefined {
  return typeof value === 'number' ? [value, `0x${value.toString(16)}`] : plain(value);
}

function payloadValue(record: LogRecord, name: string): FieldValue | undefined {
  const data = record.get(Attr.etwEventData);
  if (data === undefined || !Object.hasOwn(data, name)) return undefined;
  return plain(data[name]);
}

function plain(value: Value | undefined): FieldValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  return value.filter((one) => typeof one === 'string' || typeof one === 'number');
}
