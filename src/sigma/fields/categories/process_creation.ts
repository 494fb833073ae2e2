import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute } from '../field.ts';
import { PROCESS_FILE_FIELDS } from '../file_facts_fields.ts';
import { PARENT_FIELDS, processFields } from '../process_fields.ts';

/** Processes that start. */
export const processCreation: CategoryDefinition = {
  category: 'process_creation',
  eventNames: ['process.start'],
  fields: {
    ...processFields('event'),
    ...PARENT_FIELDS,
    ...PROCESS_FILE_FIELDS,
    Provider_Name: attribute(Attr.etwProviderName),
  },
  notes: `CommandLine and User come from the kernel logger, Image from Kernel-Process: without them they are not there. CurrentDirectory is not told by ETW.
A process that ran before the trace began is no creation; the Security log's own event (4688) is \`service: security\`.`,
};
