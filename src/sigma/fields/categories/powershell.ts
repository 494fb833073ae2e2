import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, bodyText, made } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

/** Script blocks (4104). */
export const psScript: CategoryDefinition = {
  category: 'ps_script',
  eventNames: ['powershell.script_block'],
  fields: {
    ...ACTOR_FIELDS,
    ScriptBlockText: made('the body', 'event', bodyText),
    ScriptBlockId: attribute(Attr.scriptBlockId),
    Path: attribute(Attr.scriptPath),
  },
  notes: 'The first 32 KiB of a script; its parts are joined.',
};

/** Commands that modules log (4103). */
export const psModule: CategoryDefinition = {
  category: 'ps_module',
  eventNames: ['powershell.command'],
  fields: {
    ...ACTOR_FIELDS,
    Payload: made('the body', 'event', bodyText),
    ContextInfo: attribute(Attr.commandContext),
  },
};
