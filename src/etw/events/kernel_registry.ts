import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import { Severity } from '../severity.ts';
import { address, field, objectAddress, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';
import { dataStrings, dataType, joinedKey } from './registry_data.ts';

// Most events name the key by the address of its object only and leave KeyName empty; which path that
// means is known from the create or open before.
const COMMON = [
  field('KeyObject', Attr.registryKeyObject, address),
  field('Status', Attr.registryStatus, status),
];
const LEARNED = [Attr.registryKey, Attr.registryNtKey];
const KEY = [...COMMON, field('KeyName', Attr.registryKey)];
const VALUE = [...KEY, field('ValueName', Attr.registryValue)];
const NAMED = [
  ...COMMON,
  field('BaseObject', Attr.registryBaseObject, objectAddress),
  field('RelativeName', Attr.registryKey, joinedKey, 'BaseName'),
];
// REG_CREATED_NEW_KEY and REG_OPENED_EXISTING_KEY of winnt.h.
const disposition = (value: FieldValue): string | undefined =>
  value === 1 ? 'created' : value === 2 ? 'opened' : undefined;
const CREATED = [...NAMED, field('Disposition', Attr.registryDisposition, disposition)];
const DATA = [
  ...VALUE,
  field('Type', Attr.registryDataType, dataType),
  field('CapturedData', Attr.registryDataStrings, dataStrings, 'Type'),
];

const key = (name: string, fields: readonly FieldMapping[] = KEY): EventMapping => ({
  eventName: `registry.key.${name}`,
  severity: Severity.debug,
  body: `registry key ${name.replaceAll('_', ' ')}: {registry.key|sigel.registry.key_object}`,
  fields,
  learned: LEARNED,
});
const value = (name: string, fields: readonly FieldMapping[] = VALUE): EventMapping => ({
  eventName: `registry.value.${name}`,
  severity: Severity.debug,
  body: `registry value ${name}: {registry.key|sigel.registry.key_object} {registry.value}`,
  fields,
  learned: LEARNED,
});
const values = (name: string): EventMapping => ({
  eventName: `registry.value.${name}`,
  severity: Severity.debug,
  body: `registry values ${name.replaceAll('_', ' ')}: {registry.key|sigel.registry.key_object}`,
  fields: KEY,
  learned: LEARNED,
});
const change = (mapping: EventMapping): EventMapping => ({ ...mapping, severity: Severity.info });

/** Microsoft-Windows-Kernel-Registry: 1 to 15, the operations on keys and values. */
export const kernelRegistry: ProviderMapping = {
  guid: '70eb4f03-c1de-4f73-a051-33d13d5413bd',
  name: 'Microsoft-Windows-Kernel-Registry',
  keyedBy: 'id',
  events: {
    1: change(key('create', CREATED)),
    2: key('open', NAMED),
    3: change(key('delete')),
    4: key('query'),
    5: change(value('set', DATA)),
    6: change(value('delete')),
    7: value('query'),
    8: key('enumerate'),
    9: values('enumerate'),
    10: values('query_multiple'),
    11: key('set_information'),
    12: key('flush'),
    13: key('close'),
    14: key('query_security'),
    15: change(key('set_security')),
  },
};
