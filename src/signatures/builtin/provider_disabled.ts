import type { SignatureDefinition } from '../api.ts';

/**
 * Somebody has disabled or narrowed a provider in an ETW session of the agent: the session runs on, and what the provider
 * tells is missing. The receiver enables it anew.
 */
export const providerDisabled: SignatureDefinition = {
  id: '0c9a6c0e-9f0e-4e8f-8b0a-6a1d2f8f3c57',
  version: '1',
  name: 'ETW provider of the agent disabled by somebody else',
  level: 'high',
  description:
    'In a session that the agent reads a provider was disabled, or asked for less, and not by the agent: its events were missing until it was enabled anew.',
  author: 'Sigel authors',
  tags: ['attack.defense-evasion', 'attack.t1562.006'],
  falsePositives: ['An administrator who changes sessions by hand'],
  events: ['sigel.agent.provider_disabled'],
  create: ({ emit }) => ({ onEvent: () => emit() }),
};
