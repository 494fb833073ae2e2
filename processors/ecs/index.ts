import { defineProcessor } from '../../src/component.ts';
import { ecsConfig } from './config.ts';
import { ecsFields } from './ecs.ts';

/** Adds the fields of the Elastic Common Schema. */
export const ecsProcessor = defineProcessor({
  type: 'ecs',
  description: 'Adds the fields of the Elastic Common Schema that Elastic’s security views ask for.',
  config: ecsConfig,
  createLogs: ({ account }, _config, next) => ecsFields(account, next),
});
