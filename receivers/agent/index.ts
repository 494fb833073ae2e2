import { defineReceiver } from '../../src/component.ts';
import { agentConfig } from './config.ts';
import { AgentReceiver } from './receiver.ts';

export const agentReceiver = defineReceiver({
  type: 'agent',
  description: 'Tells at an interval that the agent lives, with what configuration and rules, and how it is.',
  signals: ['logs'],
  config: agentConfig,
  create: (context, config, next) => new AgentReceiver(context, config, next.logs),
});
