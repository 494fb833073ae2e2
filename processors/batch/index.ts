import { defineProcessor } from '../../src/component.ts';
import { BatchProcessor } from './batch.ts';
import { batchConfig } from './config.ts';

/** Joins small batches to larger ones. */
export const batchProcessor = defineProcessor({
  type: 'batch',
  description: 'Joins small batches to larger ones, and splits those that are too large.',
  config: batchConfig,
  createLogs: (context, config, next) => {
    const batch = new BatchProcessor(context, config, next.consumeLogs.bind(next));
    return Object.assign(batch, { consumeLogs: batch.consume });
  },
  createTraces: (context, config, next) => {
    const batch = new BatchProcessor(context, config, next.consumeTraces.bind(next));
    return Object.assign(batch, { consumeTraces: batch.consume });
  },
});
