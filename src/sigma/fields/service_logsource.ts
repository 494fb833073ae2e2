import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import type { ProviderMapping } from '../../etw/events/mapping.ts';
import { Attr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { attributeField } from '../attribute_field.ts';
import type { Field, Logsource } from '../logsource.ts';
import { attribute } from './field.ts';
import { PayloadFields } from './payload_fields.ts';
import { ACTOR_FIELDS } from './process_fields.ts';
import { textsOf } from './texts.ts';

// What the event log shows of an event beside its payload.
const SYSTEM_FIELDS: Readonly<Record<string, Field>> = {
  EventID: attribute(Attr.etwEventId),
  Provider_Name: attribute(Attr.etwProviderName),
  Level: attribute(Attr.etwLevel),
  ProcessID: attribute(Attr.etwProcessId),
};

/** The events of one provider, as rules of an event log channel see them. */
export class ServiceLogsource implements Logsource {
  readonly name: string;
  readonly eventNames: readonly string[];
  readonly #guid: string;
  readonly #payload: PayloadFields;
  /** Payload fields that records have, by event id. */
  readonly #known: ReadonlyMap<number, ReadonlySet<string>>;
  readonly #names: ReadonlyMap<string, readonly number[]>;

  constructor(service: string, provider: ProviderMapping) {
    this.name = `service ${service}`;
    this.#guid = provider.guid;
    this.#payload = new PayloadFields(provider);
    const described = Catalogue.shipped().manifestEvents(provider.guid);
    const known = new Map<number, ReadonlySet<string>>();
    const names = new Map<string, number[]>();
    for (const { id, schema } of described) {
      const mapping = provider.events[id];
      const name = mapping?.eventName ?? `${provider.name}/${schema.event}`;
      names.set(name, [...(names.get(name) ?? []), id]);
      const fields = schema.fields.map((field) => field.name);
      const isThere = (field: string) =>
        mapping === undefined || this.#payload.idsOf(field)?.has(id) === true;
      known.set(id, new Set(fields.filter(isThere)));
    }
    this.#known = known;
    this.#names = names;
    this.eventNames = [...names.keys()];
  }

  accepts(record: LogRecord): boolean {
    return record.get(Attr.etwProviderId) === this.#guid;
  }

  field(name: string): Field | undefined {
    if (Object.hasOwn(SYSTEM_FIELDS, name)) return SYSTEM_FIELDS[name];
    for (const fields of this.#known.values()) if (fields.has(name)) return this.#payload.field(name);
    return Object.hasOwn(ACTOR_FIELDS, name) ? ACTOR_FIELDS[name] : attributeField(name);
  }

  texts(record: LogRecord): readonly string[] {
    return textsOf(record);
  }

  /** The ids of the events that go by a name; empty where there are none. */
  idsOf(eventName: string): readonly number[] {
    return this.#names.get(eventName) ?? [];
  }

  /** Whether events of an id have a field: what coverage asks, since each event has its own. */
  has(id: number, field: string): boolean {
    if (Object.hasOwn(SYSTEM_FIELDS, field)) return true;
    const fields = this.#known.get(id);
    return fields?.has(field) === true || (fields !== undefined && Object.hasOwn(ACTOR_FIELDS, field));
  }
}
