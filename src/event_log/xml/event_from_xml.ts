import { Catalogue } from '../../etw/catalogue/catalogue.ts';
import type { InType } from '../../etw/schema.ts';
import type { DataField, EventLogEvent } from '../event.ts';
import { eventOf } from '../event_of.ts';
import { readEventXml } from './read_xml.ts';
import { SYSMON, SYSMON_TYPES } from './sysmon_types.ts';
import { typedValue } from './typed_value.ts';

/** What stands there for texts without names, which events of classic sources insert. */
const UNNAMED = 'Data';

/**
 * The event that Windows rendered as XML (EvtRenderEventXml), as it would be read from a file of the log: XML has texts
 * alone, so the shipped catalogue says of which types they are, and a table of Sysmon's. Data of other providers stays text. A
 * string says why it cannot be read.
 */
export function eventFromXml(xml: string): EventLogEvent | string {
  const elements = readEventXml(xml);
  if (typeof elements === 'string') return elements;
  const event = eventOf(elements, { id: 0n, written: 0n });
  return typeof event === 'string' ? event : { ...event, data: dataOf(event) };
}

function dataOf(event: EventLogEvent): readonly DataField[] {
  const types = typesOf(event);
  const unnamed = event.data.filter(({ name }) => name === UNNAMED);
  const named = event.data.filter(({ name }) => name !== UNNAMED).map((field) => typed(field, types));
  return unnamed.length === 0 ? named : [listOf(unnamed), ...named];
}

function typesOf({ provider, providerId, eventId, version }: EventLogEvent): ReadonlyMap<string, InType> {
  if (provider === SYSMON) return SYSMON_TYPES;
  const schema = providerId === null ? undefined : Catalogue.shipped().manifest(providerId, eventId, version);
  const types = new Map<string, InType>(schema?.fields.map(({ name, inType }) => [name, inType]));
  // What classic events have beside their texts.
  if (schema === undefined) types.set('Binary', 'Binary');
  return types;
}

function typed({ name, value }: DataField, types: ReadonlyMap<string, InType>): DataField {
  return { name, ...typedValue(typeof value === 'string' ? value : '', types.get(name) ?? 'UnicodeString') };
}

// They are one list, whose texts XML shows one by one; empty ones at its end are none.
function listOf(texts: readonly DataField[]): DataField {
  const last = texts.findLastIndex(({ value }) => value !== undefined);
  const list = texts.slice(0, last + 1).map(({ value }) => value ?? '');
  return { name: UNNAMED, inType: 'UnicodeString', value: list.length === 0 ? '' : list };
}
