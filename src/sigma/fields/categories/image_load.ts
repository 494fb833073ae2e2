import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute } from '../field.ts';
import { DLL_FILE_FIELDS } from '../file_facts_fields.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

const UNSIGNED = `Signed, Signature and SignatureStatus are not there: most files of Windows are signed by a catalog, and
saying \`false\` of them would be wrong.`;

/** Images that a process loads, its own executable included. */
export const imageLoad: CategoryDefinition = {
  category: 'image_load',
  eventNames: ['process.module.load'],
  fields: { ...ACTOR_FIELDS, ...DLL_FILE_FIELDS, ImageLoaded: attribute(Attr.dllPath) },
  notes: UNSIGNED,
};

/** Drivers. */
export const driverLoad: CategoryDefinition = {
  category: 'driver_load',
  eventNames: ['driver.load'],
  fields: { ...DLL_FILE_FIELDS, ImageLoaded: attribute(Attr.dllPath) },
  notes: UNSIGNED,
};
