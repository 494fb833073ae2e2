import { Attr } from '../../../model/attributes.ts';
import type { CategoryDefinition } from '../definition.ts';
import { attribute, made } from '../field.ts';
import { ACTOR_FIELDS } from '../process_fields.ts';

/** Lookups that a process has the result of, failed and cached ones included. */
export const dnsQuery: CategoryDefinition = {
  category: 'dns_query',
  eventNames: ['dns.query'],
  fields: {
    ...ACTOR_FIELDS,
    QueryName: attribute(Attr.dnsQuestionName),
    QueryStatus: attribute(Attr.dnsStatus),
    QueryResults: made('`dns.answers`, each with a semicolon', 'event', (record) => {
      const answers = record.get(Attr.dnsAnswers);
      return answers?.map((answer) => `${answer};`).join('');
    }),
  },
};
