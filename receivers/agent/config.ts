import { z } from 'zod';
import { duration } from '../../src/config/units.ts';

/** Options of the `agent` receiver. */
export const agentConfig = z.strictObject({
  heartbeat_interval: duration({ atLeast: '1s' }).prefault('1m').describe('The time between two heartbeats.'),
});
