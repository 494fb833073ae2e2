import type { SignatureDefinition } from '../api.ts';

/**
 * Somebody has stopped an ETW session of the agent: whoever wants not to be seen does that first. The receiver starts it
 * anew; what happened meanwhile is missing.
 */
export const sessionStopped: SignatureDefinition = {
  id: '5d0c6f0a-6f5e-4e63-9a44-0c1d7e7b2a91',
  version: '1',
  name: 'ETW session of the agent stopped by somebody else',
  level: 'high',
  description:
    'A session that the agent reads was stopped, and not by the agent: nothing was seen until it was started anew.',
  author: 'Sigel authors',
  tags: ['attack.defense-evasion', 'attack.t1562.006'],
  falsePositives: ['An administrator who stops sessions by hand, and tools that stop all of them'],
  events: ['sigel.agent.session_stopped'],
  create: ({ emit }) => ({ onEvent: () => emit() }),
};
