import { z } from 'zod';
import { duration } from '../../src/config/units.ts';

/** Options of the `batch` processor: the Collector's names and defaults. */
export const batchConfig = z
  .strictObject({
    timeout: duration()
      .prefault('200ms')
      .describe('How long a record waits at most before its batch is sent, however small. 0s sends at once.'),
    send_batch_size: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(8192)
      .describe('Records that make a batch be sent before the timeout. 0 sends at once.'),
    send_batch_max_size: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe('Most records in one batch; larger ones are split. 0 means no limit.'),
  })
  .refine((c) => c.send_batch_max_size === 0 || c.send_batch_max_size >= c.send_batch_size, {
    path: ['send_batch_max_size'],
    error: 'expected 0 or at least send_batch_size',
  });
