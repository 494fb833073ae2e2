import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, byEventName } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

/** Permanent subscriptions: filter, consumer and binding in one record. */
export const wmiEvent: CategoryDefinition = {
  category: 'wmi_event',
  eventNames: ['wmi.subscription.permanent'],
  fields: {
    ...ACTOR_FIELDS,
    EventID: byEventName(
      'Sysmon’s 19, 20 and 21',
      { 'wmi.subscription.permanent': [19, 20, 21] },
      'inferred',
    ),
    Query: attribute(Attr.wmiFilter),
    Destination: attribute(Attr.wmiConsumer),
  },
  notes:
    'Query and Destination are the texts of the whole filter and consumer, which have Sysmon’s values in them.',
};
