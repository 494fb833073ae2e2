import { CANARY } from '../../etw/events/sigel.ts';
import type { SignatureDefinition } from '../api.ts';

/** Names the signature that finds canaries. */
export const CANARY_SIGNATURE = 'b4e0c1b6-7e39-4a52-9d43-55d2a1f3c8e7';

/** Finds what the `etw` receiver writes to see that events come back. It is counted, and told to nobody. */
export const canary: SignatureDefinition = {
  id: CANARY_SIGNATURE,
  version: '1',
  name: 'Canary of the agent',
  level: 'informational',
  description: 'An event that the agent has written itself has come as far as the rules.',
  author: 'Sigel authors',
  events: [CANARY],
  create: ({ emit }) => ({ onEvent: () => emit() }),
};
