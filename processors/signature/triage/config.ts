import { z } from 'zod';
import { duration } from '../../../src/config/units.ts';

/** Options of throttling. */
export const throttleConfig = z.strictObject({
  interval: duration({ atLeast: '1s' })
    .prefault('10m')
    .describe('For how long detections are counted together.'),
  group_by: z
    .array(
      z.string().regex(/\./, { error: 'expected the name of an attribute, such as process.executable.path' }),
    )
    .max(10)
    .default([])
    .describe(
      'Attributes whose values are counted apart, beside the rule and the workload (the pod, else the container).',
    ),
  max: z.int().min(1).default(5).describe('How many of them are told.'),
});

/** How detections of one kind are held back. */
export type ThrottleConfig = z.infer<typeof throttleConfig>;
