import { Attr, ResourceAttr } from '../../model/attributes.ts';
import type { LogRecord } from '../../model/log_record.ts';
import type { Value, ValueMap } from '../../model/value.ts';
import { attributeField } from '../attribute_field.ts';
import type { Field, FieldValue, Logsource, LogsourceName, LogsourceTable } from '../logsource.ts';
import { FLAT_EVENT } from './flat_record.ts';
import { CATEGORIES, type EventKind, SERVICES } from './taxonomy.ts';

/**
 * Records of Windows event logs, Sysmon's included, by channel, provider and event id: their fields have Sigma's names
 * already. An event given without channel and provider (see `flatRecord`) belongs to every log source that its
 * event id fits, and to all where it has none.
 */
export const eventLogTable: LogsourceTable = {
  find(name) {
    const kinds = kindsOf(name);
    return kinds === undefined ? undefined : logsource(name, kinds);
  },
  kindOf(record) {
    const channel = record.get(Attr.eventLogChannel);
    if (channel === undefined && record.eventName !== FLAT_EVENT) return undefined;
    const id = record.get(Attr.etwEventId);
    // Only one of Sysmon's ids stands for several things.
    const type = id === 12 ? dataOf(record)?.['EventType'] : undefined;
    return `${channel ?? ''}/${record.get(Attr.etwProviderName) ?? ''}/${id ?? ''}/${typeof type === 'string' ? type : ''}`;
  },
};

function kindsOf({ product, category, service }: LogsourceName): readonly EventKind[] | undefined {
  if (product !== undefined && product !== 'windows') return undefined;
  const byCategory =
    category === undefined || !Object.hasOwn(CATEGORIES, category) ? undefined : CATEGORIES[category];
  const channels = service === undefined || !Object.hasOwn(SERVICES, service) ? undefined : SERVICES[service];
  if (category !== undefined && byCategory === undefined) return undefined;
  if (service !== undefined && channels === undefined) return undefined;
  if (byCategory === undefined) return channels?.map((channel) => ({ channel })) ?? [];
  return channels === undefined ? byCategory : byCategory.filter(({ channel }) => channels.includes(channel));
}

/** `kinds`: none stands for all events, which a rule for the product alone means. */
function logsource(name: LogsourceName, kinds: readonly EventKind[]): Logsource {
  const own = kinds.map((kind) => ({
    ...kind,
    channel: kind.channel.toLowerCase(),
    provider: kind.provider?.toLowerCase(),
  }));
  const aliases = aliasesOf(kinds);
  return {
    name: name.category ?? (name.service === undefined ? 'windows' : `service ${name.service}`),
    eventNames: 'any',
    accepts: (record) => own.length === 0 || own.some((kind) => fits(record, kind)),
    field: (field) => fieldOf(field, aliases.get(field)),
    texts,
  };
}

function aliasesOf(kinds: readonly EventKind[]): ReadonlyMap<string, string> {
  return new Map(kinds.flatMap(({ fields = {} }) => Object.entries(fields)));
}

function fits(
  record: LogRecord,
  kind: { channel: string; provider: string | undefined; ids?: readonly number[]; types?: readonly string[] },
) {
  const channel = record.get(Attr.eventLogChannel)?.toLowerCase();
  const provider = record.get(Attr.etwProviderName)?.toLowerCase();
  const unknown = channel === undefined && provider === undefined;
  if (!unknown && channel !== kind.channel && (provider === undefined || provider !== kind.provider))
    return false;
  const id = record.get(Attr.etwEventId);
  if (kind.ids !== undefined && id !== undefined && !kind.ids.includes(id)) return false;
  const type = dataOf(record)?.['EventType'];
  return kind.types === undefined || typeof type !== 'string' || kind.types.includes(type);
}

type Read = (record: LogRecord) => FieldValue | undefined;

// What an event log keeps beside an event's data, by the names that Sigma's rules use.
const SYSTEM: Readonly<Record<string, Read>> = {
  EventID: (record) => record.get(Attr.etwEventId),
  Channel: (record) => record.get(Attr.eventLogChannel),
  Provider_Name: (record) => record.get(Attr.etwProviderName),
  Level: (record) => record.get(Attr.etwLevel),
  Task: (record) => record.get(Attr.etwTask),
  Opcode: (record) => record.get(Attr.etwOpcode),
  Keywords: (record) => record.get(Attr.etwKeywords),
  Computer: (record) => {
    const host = record.resource.attributes[ResourceAttr.hostName.name];
    return typeof host === 'string' ? host : undefined;
  },
  ComputerName: (record) => SYSTEM['Computer']?.(record),
};

function fieldOf(name: string, alias: string | undefined): Field {
  // Windows Defender writes `Threat Name` for what rules call ThreatName.
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2');
  const system = Object.hasOwn(SYSTEM, name) ? SYSTEM[name] : undefined;
  const attribute = attributeField(name);
  return {
    provenance: 'event',
    read(record) {
      const data = dataOf(record);
      const value =
        data?.[name] ??
        (spaced === name ? undefined : data?.[spaced]) ??
        (alias === undefined ? undefined : data?.[alias]);
      return fieldValue(value) ?? system?.(record) ?? attribute?.read(record);
    },
  };
}

function dataOf(record: LogRecord): ValueMap | undefined {
  return record.get(Attr.etwEventData);
}

function fieldValue(value: Value | undefined): FieldValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (!Array.isArray(value)) return undefined;
  return value.filter((one) => typeof one === 'string' || typeof one === 'number');
}

function texts(record: LogRecord): string[] {
  const found: string[] = [];
  for (const value of Object.values(dataOf(record) ?? {})) {
    const text = fieldValue(value);
    if (typeof text === 'object') found.push(...text.map(String));
    else if (text !== undefined) found.push(String(text));
  }
  return found;
}
