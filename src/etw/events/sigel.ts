import { Attr } from '../../model/attributes.ts';
import { Severity } from '../severity.ts';
import { field, text } from './conversions.ts';
import type { ProviderMapping } from './mapping.ts';

/** The provider of the agent's own events: the GUID that TraceLogging gives the name `Sigel-Agent`. */
export const SIGEL_PROVIDER = 'd1dcb1bb-d1c7-57f3-58fe-be6fbe7513fe';

/** The name of a canary's record. */
export const CANARY = 'sigel.agent.canary';

const NOTES = `The agent writes these itself (EventWriteString, so all have id 0), to see that what Windows is told comes back as a
record: [receivers/etw](../receivers/etw/README.md#canaries).`;

/** Sigel's own events. */
export const sigelAgent: ProviderMapping = {
  guid: SIGEL_PROVIDER,
  name: 'Sigel-Agent',
  notes: NOTES,
  keyedBy: 'id',
  events: {
    0: {
      eventName: CANARY,
      severity: Severity.debug,
      body: 'canary {sigel.canary.id}',
      fields: [field('Message', Attr.canaryId, text)],
    },
  },
};
