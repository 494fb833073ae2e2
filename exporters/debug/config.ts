import { z } from 'zod';

/** Options of the `debug` exporter, named and defaulted as the Collector's. */
export const debugConfig = z
  .strictObject({
    verbosity: z
      .enum(['basic', 'normal', 'detailed'])
      .default('basic')
      .describe('basic: a line per batch; normal: also a line per record; detailed: also every field.'),
    sampling_initial: z
      .int()
      .nonnegative()
      .default(2)
      .describe('Batches shown in every second before sampling begins.'),
    sampling_thereafter: z
      .int()
      .nonnegative()
      .default(1)
      .describe('After those, every n-th batch is shown; 1 for all, 0 for none.'),
    use_internal_logger: z
      .boolean()
      .default(true)
      .describe(
        'Write to stderr, the batch’s line with time and level as diagnostics have them; otherwise to `output_paths`.',
      ),
    output_paths: z
      .array(z.enum(['stdout', 'stderr']))
      .min(1)
      .optional()
      .describe('Where to write without `use_internal_logger`: stdout (the default), stderr or both.'),
  })
  .refine(({ use_internal_logger, output_paths }) => !use_internal_logger || output_paths === undefined, {
    error: 'output_paths needs use_internal_logger: false',
    path: ['output_paths'],
  });
