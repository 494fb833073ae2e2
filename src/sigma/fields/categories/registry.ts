import { Attr } from '../../../model/attributes.ts';
import type { LogRecord } from '../../../model/log_record.ts';
import type { CategoryDefinition, FieldTable } from '../definition.ts';
import { byEventName, made } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';
import { detailsOf, targetObjectOf } from '../registry_forms.ts';

const EVENT_TYPES = {
  'registry.value.set': 'SetValue',
  'registry.value.delete': 'DeleteValue',
  'registry.key.create': 'CreateKey',
  'registry.key.delete': 'DeleteKey',
};
// Sysmon's ids.
const EVENT_IDS = {
  'registry.value.set': 13,
  'registry.value.delete': 12,
  'registry.key.create': 12,
  'registry.key.delete': 12,
};
const FIELDS: FieldTable = {
  ...ACTOR_FIELDS,
  TargetObject: made(
    '`registry.key`, a backslash and `registry.value` or `(Default)`; below `HKLM\\SOFTWARE\\Classes` by `HKCR` too',
    'event',
    targetObjectOf,
  ),
  Details: made('`registry.data.strings` by `registry.data.type`', 'event', detailsOf),
  EventType: byEventName('by event name', EVENT_TYPES),
  EventID: byEventName('Sysmon’s 12 or 13', EVENT_IDS, 'inferred'),
};

function changed(record: LogRecord): boolean {
  return (record.get(Attr.registryStatus) ?? 0) === 0 && record.get(Attr.registryDisposition) !== 'opened';
}

const registry = (
  category: string,
  eventNames: readonly (keyof typeof EVENT_TYPES)[],
  notes?: string,
): CategoryDefinition => ({
  category,
  eventNames,
  only: {
    words: '`sigel.registry.status` is 0, and `sigel.registry.disposition` not `opened`',
    accepts: changed,
  },
  fields: FIELDS,
  ...(notes === undefined ? {} : { notes }),
});

/** Values that are set. */
export const registrySet: CategoryDefinition = registry(
  'registry_set',
  ['registry.value.set'],
  `The kernel hands on the first bytes of a value, so Details may be cut; the kernel logger's Registry class has no data at all.`,
);

/** Keys that are made. */
export const registryAdd: CategoryDefinition = registry(
  'registry_add',
  ['registry.key.create'],
  "The kernel logger's Registry class does not tell whether the key was there already; such creates are in it too.",
);

/** Keys and values that are deleted. */
export const registryDelete: CategoryDefinition = registry('registry_delete', [
  'registry.key.delete',
  'registry.value.delete',
]);

/** All of them. */
export const registryEvent: CategoryDefinition = registry(
  'registry_event',
  ['registry.value.set', 'registry.value.delete', 'registry.key.create', 'registry.key.delete'],
  'Renamed keys are not told by ETW, and so is NewName.',
);
