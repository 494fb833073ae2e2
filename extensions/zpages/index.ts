import { defineExtension } from '../../src/component.ts';
import { zpagesConfig } from './config.ts';
import { StatusPage } from './extension.ts';

export const zpagesExtension = defineExtension({
  type: 'zpages',
  description: 'Shows a live status page on this machine: pipelines, losses, detections, containers, rules.',
  config: zpagesConfig,
  create: (context, config) => new StatusPage(context, config),
});
