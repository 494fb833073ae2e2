import { defineProcessor } from '../../src/component.ts';
import { resourceConfig } from './config.ts';
import { resourceOfLogs, resourceOfTraces } from './resource.ts';

/** Changes the attributes of the resources of records and spans. */
export const resourceProcessor = defineProcessor({
  type: 'resource',
  description: 'Inserts, updates and deletes resource attributes.',
  config: resourceConfig,
  createLogs: ({ account }, config, next) => resourceOfLogs(account, config, next),
  createTraces: ({ account }, config, next) => resourceOfTraces(account, config, next),
});
