import { defineExtension } from '../../src/component.ts';
import { containerdConfig } from './config.ts';
import { ContainerdExtension } from './extension.ts';

export const containerdExtension = defineExtension({
  type: 'containerd',
  description: 'Knows the containers of this node, from containerd, for the components that name it.',
  config: containerdConfig,
  create: (context, config) => new ContainerdExtension(context, config),
});
