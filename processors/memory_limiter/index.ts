import { defineProcessor } from '../../src/component.ts';
import { memoryLimiterConfig } from './config.ts';
import { LogsMemoryLimiter, TracesMemoryLimiter } from './memory_limiter.ts';

/** Keeps the process below a limit of memory. */
export const memoryLimiterProcessor = defineProcessor({
  type: 'memory_limiter',
  description: 'Refuses records, for now, while the process has more memory than it should.',
  config: memoryLimiterConfig,
  createLogs: (context, config, next) => new LogsMemoryLimiter(context, config, next),
  createTraces: (context, config, next) => new TracesMemoryLimiter(context, config, next),
});
