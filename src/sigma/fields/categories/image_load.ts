import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute } from '../field.ts';
import { DLL_FILE_FIELDS } from '../file_facts_fields.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

const SIGNED = `Signed, Signature and SignatureStatus need \`signatures: true\` of file_facts. Signed is \`true\` only of what Windows trusts, and
not there where that cannot be told: then a rule fires as of a file that is not known to be signed. It is \`false\` only of files
that neither are signed nor in a catalog of this Windows, and of those that were altered after they were signed.`;

/** Images that a process loads, its own executable included. */
export const imageLoad: CategoryDefinition = {
  category: 'image_load',
  eventNames: ['process.module.load'],
  fields: { ...ACTOR_FIELDS, ...DLL_FILE_FIELDS, ImageLoaded: attribute(Attr.dllPath) },
  notes: SIGNED,
};

/** Drivers. */
export const driverLoad: CategoryDefinition = {
  category: 'driver_load',
  eventNames: ['driver.load'],
  fields: { ...DLL_FILE_FIELDS, ImageLoaded: attribute(Attr.dllPath) },
  notes: SIGNED,
};
