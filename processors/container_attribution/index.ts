import { defineProcessor } from '../../src/component.ts';
import { containerAttributionConfig } from './config.ts';
import { ContainerAttribution } from './container_attribution.ts';
import { OfflineAttribution } from './offline_attribution.ts';

/** Gives records of a container's processes the resource of their container. */
export const containerAttributionProcessor = defineProcessor({
  type: 'container_attribution',
  description: "Gives records of containers' processes the resource of their container.",
  config: containerAttributionConfig,
  createLogs: (context, config, next) =>
    config.containerd === 'none'
      ? new OfflineAttribution(context, next)
      : new ContainerAttribution(context, config, next),
});
