import type { AttributeKey } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { address, field, objectAddress, status } from './conversions.ts';
import type { EventMapping, FieldMapping, ProviderMapping } from './mapping.ts';

const STATUS = field('Status', Attr.registryStatus, status);
const KEY = [field('KeyHandle', Attr.registryKeyObject, address), STATUS];
// KeyName is the value's name in events about values (as TraceEvent reads it), and relative to KeyHandle in others.
const VALUE = [...KEY, field('KeyName', Attr.registryValue)];
const BELOW = [
  field('KeyHandle', Attr.registryBaseObject, objectAddress),
  STATUS,
  field('KeyName', Attr.registryKey),
];
const NAME = [...KEY, field('KeyName', Attr.registryKey)];
const LEARNED: readonly AttributeKey[] = [Attr.registryKey, Attr.registryNtKey];

const key = (name: string, fields: readonly FieldMapping[] = KEY): EventMapping => ({
  eventName: `registry.key.${name}`,
  severity: Severity.debug,
  body: `registry key ${name.replaceAll(/[_.]/g, ' ')}: ${shown(fields)}`,
  fields,
  learned: LEARNED,
});
const value = (name: string): EventMapping => ({
  eventName: `registry.value.${name}`,
  severity: Severity.debug,
  body: `registry value ${name.replaceAll('_', ' ')}: ${shown(VALUE)} {registry.value}`,
  fields: VALUE,
  learned: LEARNED,
});
const change = (mapping: EventMapping): EventMapping => ({ ...mapping, severity: Severity.info });

function shown(fields: readonly FieldMapping[]): string {
  return fields === BELOW ? '{registry.key}' : '{registry.key|sigel.registry.key_object}';
}

const NOTES = `KeyHandle is the address of the key control block, whose name 22, 24 and 25 tell. Data of values is not logged. Where
Kernel-Registry was recorded too, it tells of the same operations.`;

/** The kernel logger's Registry class. */
export const classicRegistry: ProviderMapping = {
  guid: 'ae53722e-c863-11d2-8659-00c04fa321a1',
  name: 'Registry',
  notes: NOTES,
  keyedBy: 'opcode',
  events: {
    10: change(key('create', BELOW)),
    11: key('open', BELOW),
    12: change(key('delete')),
    13: key('query'),
    14: change(value('set')),
    15: change(value('delete')),
    16: value('query'),
    17: key('enumerate'),
    18: value('enumerate'),
    19: value('query_multiple'),
    20: key('set_information'),
    21: key('flush'),
    22: key('name.create', NAME),
    23: key('name.delete', NAME),
    24: key('name.rundown', NAME),
    25: key('name.rundown', NAME),
    27: key('close'),
    28: change(key('set_security')),
    29: key('query_security'),
    35: {
      eventName: 'registry.config',
      severity: Severity.debug,
      body: 'registry: control set {sigel.registry.control_set} is in use',
      fields: [field('CurrentControlSet', Attr.registryControlSet)],
    },
  },
};
