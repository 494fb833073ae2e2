import { defineProcessor } from '../../src/component.ts';
import { fileFactsConfig } from './config.ts';
import { FileFactsProcessor } from './file_facts.ts';

/** Gives records of processes, libraries and drivers what their file says of itself. */
export const fileFactsProcessor = defineProcessor({
  type: 'file_facts',
  description: 'Gives records of processes, libraries and drivers what their file says of itself.',
  config: fileFactsConfig,
  createLogs: (context, config, next) => new FileFactsProcessor(context, config, next),
});
