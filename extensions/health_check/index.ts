import { defineExtension } from '../../src/component.ts';
import { healthCheckConfig } from './config.ts';
import { HealthCheck } from './extension.ts';

export const healthCheckExtension = defineExtension({
  type: 'health_check',
  description: 'Tells kubelet, and whoever asks, whether all components are well.',
  config: healthCheckConfig,
  create: (context, config) => new HealthCheck(context, config),
});
