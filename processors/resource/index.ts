import { defineProcessor } from '../../src/component.ts';
import { resourceConfig } from './config.ts';
import { ResourceProcessor } from './resource.ts';

/** Changes the attributes of the records' resources. */
export const resourceProcessor = defineProcessor({
  type: 'resource',
  description: 'Inserts, updates and deletes resource attributes.',
  config: resourceConfig,
  createLogs: ({ account }, config, next) => new ResourceProcessor(account, config, next),
});
