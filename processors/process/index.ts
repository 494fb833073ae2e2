import { defineProcessor } from '../../src/component.ts';
import { processConfig } from './config.ts';
import { processLogs } from './process.ts';

/** Gives every record the facts of its process. */
export const processProcessor = defineProcessor({
  type: 'process',
  description: 'Gives every record the facts of its process, its parent and its ancestors.',
  config: processConfig,
  createLogs: processLogs,
});
