import { z } from 'zod';
import { duration } from '../../src/config/units.ts';

const rotation = z.strictObject({
  max_megabytes: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe('Size in MiB at which the file is put aside.'),
  max_days: z
    .int()
    .nonnegative()
    .default(0)
    .describe('Remove files that were put aside longer ago; 0 for never.'),
  max_backups: z.int().nonnegative().default(100).describe('Files put aside that are kept; 0 for all.'),
  localtime: z.boolean().default(false).describe('Local time instead of UTC in their names.'),
});

/** Options of the `file` exporter, named and defaulted as the Collector's. */
export const fileConfig = z
  .strictObject({
    path: z.string().min(1).describe('The file; `-` is stdout.'),
    append: z
      .boolean()
      .default(false)
      .describe('Keep what the file holds instead of emptying it at the start.'),
    create_directory: z
      .boolean()
      .default(false)
      .describe('Create the folder of the file where it is missing.'),
    format: z.enum(['json']).default('json').describe('OTLP JSON, an export request per line.'),
    flush_interval: duration()
      .prefault('1s')
      .describe('Force what was written to the disk (fsync) this often; 0s for only at the end.'),
    rotation: z
      .preprocess((value) => value ?? {}, rotation)
      .optional()
      .describe('Put full files aside; off unless given (empty for the defaults).'),
  })
  .refine(({ append, rotation }) => !append || rotation === undefined, {
    error: 'append and rotation exclude each other: with rotation the file is always continued',
    path: ['append'],
  })
  .refine(({ path, rotation }) => path !== '-' || rotation === undefined, {
    error: 'stdout cannot be rotated',
    path: ['rotation'],
  });

/** The parsed `rotation` section. */
export type RotationConfig = z.infer<typeof rotation>;
