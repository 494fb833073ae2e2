import { defineExtension } from '../../src/component.ts';
import { controlConfig } from './config.ts';
import { Control } from './extension.ts';

export const controlExtension = defineExtension({
  type: 'control',
  description:
    'Lets administrators of this machine ask the agent to drain, and to read its configuration again.',
  config: controlConfig,
  create: (context, config) => new Control(context, config),
});
