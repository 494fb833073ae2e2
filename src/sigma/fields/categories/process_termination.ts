import type { CategoryDefinition } from '../definition.ts';
import { PARENT_FIELDS, processFields } from '../process_fields.ts';

/** Processes that end. */
export const processTermination: CategoryDefinition = {
  category: 'process_termination',
  eventNames: ['process.exit'],
  fields: { ...processFields('process'), ...PARENT_FIELDS },
};
