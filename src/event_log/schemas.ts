import type { Field, Schema } from '../etw/schema.ts';
import type { EventLogEvent } from './event.ts';

/** Layouts kept; events of logs that make more are given one of their own each. */
const MAX_SCHEMAS = 8192;

/** One schema object for all events of a kind, as the mapping to records wants it. */
export class EventLogSchemas {
  readonly #known = new Map<string, Schema>();

  /** The schema of an event: its data's names and types, in order. */
  of({ provider, eventId, version, data }: EventLogEvent): Schema {
    const layout = data.map(({ name, inType }) => `${name}\u0000${inType}`).join('\u0001');
    const key = `${provider}/${eventId}/${version}/${layout}`;
    let schema = this.#known.get(key);
    if (schema === undefined) {
      schema = { provider, event: String(eventId), fields: data.map(fieldOf), source: 'event_log' };
      if (this.#known.size >= MAX_SCHEMAS) this.#known.clear();
      this.#known.set(key, schema);
    }
    return schema;
  }
}

function fieldOf({ name, inType }: EventLogEvent['data'][number]): Field {
  return { name, inType };
}
