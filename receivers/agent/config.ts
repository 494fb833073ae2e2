import { z } from 'zod';
import { duration } from '../../src/config/units.ts';

/** Options of the `agent` receiver. */
export const agentConfig = z.strictObject({
  heartbeat_interval: duration({ atLeast: '1s' }).prefault('1m').describe('The time between two heartbeats.'),
  storage: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The storage extension, such as `file_storage`, that keeps when the agent was last alive, so that the next run ' +
        'tells for how long nobody looked; without it, it does not.',
    ),
});
