import { defineProcessor } from '../../src/component.ts';
import { filterConfig } from './config.ts';
import { FilterProcessor } from './filter.ts';

/** Leaves out records by event name, provider and event id. */
export const filterProcessor = defineProcessor({
  type: 'filter',
  description: 'Leaves out records by event name, provider and event id.',
  config: filterConfig,
  createLogs: ({ account }, config, next) => new FilterProcessor(account, config, next),
});
