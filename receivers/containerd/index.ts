import { defineReceiver } from '../../src/component.ts';
import { containerdReceiverConfig } from './config.ts';
import { ContainerdReceiver } from './receiver.ts';

export const containerdReceiver = defineReceiver({
  type: 'containerd',
  description: 'Tells of containers that are created, started, executed in, ended and deleted.',
  signals: ['logs'],
  config: containerdReceiverConfig,
  create: (context, config, next) => new ContainerdReceiver(context, config, next.logs),
});
