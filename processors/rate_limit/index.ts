import { defineProcessor } from '../../src/component.ts';
import { rateLimitConfig } from './config.ts';
import { RateLimitProcessor } from './rate_limit.ts';

/** Bounds what containers, namespaces and kinds of events may cost. */
export const rateLimitProcessor = defineProcessor({
  type: 'rate_limit',
  description: 'Bounds records per second and bytes per day of containers, namespaces and kinds of events.',
  config: rateLimitConfig,
  createLogs: (context, config, next) => new RateLimitProcessor(context, config, next),
});
