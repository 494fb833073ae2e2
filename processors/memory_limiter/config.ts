import { z } from 'zod';
import { duration } from '../../src/config/units.ts';

const mib = () => z.int().min(0).default(0);
const percentage = () => z.int().min(0).max(100);

/** Options of the `memory_limiter` processor. */
export const memoryLimiterConfig = z
  .strictObject({
    check_interval: duration({ atLeast: '10ms' }).prefault('1s').describe('Time between measurements.'),
    limit_mib: mib().describe('The hard limit in MiB; 0 for `limit_percentage`.'),
    spike_limit_mib: mib().describe(
      'How far below the hard limit the soft one is, in MiB; 0 for a fifth of the hard limit. With `limit_mib`.',
    ),
    limit_percentage: percentage()
      .min(1)
      .default(80)
      .describe(
        'The hard limit as a share of what the process may have: the limit of its job (Windows) or cgroup, else the memory of the machine.',
      ),
    spike_limit_percentage: percentage()
      .default(0)
      .describe('As `spike_limit_mib`, as a share of the same; 0 for a fifth of the hard limit.'),
    min_gc_interval_when_soft_limited: duration()
      .prefault('10s')
      .describe('Time between forced garbage collections above the soft limit.'),
    min_gc_interval_when_hard_limited: duration()
      .prefault('0s')
      .describe(
        'Time between forced garbage collections above the hard limit, at least ten times what the last one took.',
      ),
  })
  .refine((c) => c.limit_mib === 0 || c.spike_limit_mib < c.limit_mib, {
    error: 'expected less than limit_mib',
    path: ['spike_limit_mib'],
  })
  .refine((c) => c.limit_mib !== 0 || c.spike_limit_mib === 0, {
    error: 'give limit_mib too',
    path: ['spike_limit_mib'],
  })
  .refine((c) => c.spike_limit_percentage < c.limit_percentage, {
    error: 'expected less than limit_percentage',
    path: ['spike_limit_percentage'],
  });

/** The parsed options. */
export type MemoryLimiterConfig = z.infer<typeof memoryLimiterConfig>;
