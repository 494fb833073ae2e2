import { z } from 'zod';
import { byteSize } from '../../src/config/units.ts';

const MIB = 1024 * 1024;

const compaction = z
  .strictObject({
    on_start: z.boolean().default(false).describe('Write each file anew at start, without its free space.'),
    on_rebound: z
      .boolean()
      .default(true)
      .describe('Give free space back while running, after a file had grown and was emptied.'),
    rebound_needed_threshold_mib: z
      .int()
      .nonnegative()
      .default(100)
      .describe('What a file must have grown to for that, in MiB.'),
    rebound_trigger_threshold_mib: z
      .int()
      .nonnegative()
      .default(10)
      .describe('What of it may be in use at most, in MiB.'),
  })
  .prefault({})
  .describe('How files become smaller again.');

/** Options of the `file_storage` extension, named as the Collector's. */
export const fileStorageConfig = z.strictObject({
  directory: z.string().min(1).describe('The folder of the files; of one agent alone.'),
  create_directory: z
    .boolean()
    .default(true)
    .describe('Make the folder when it is not there, for its owner alone.'),
  max_size: byteSize()
    .refine((bytes) => bytes >= MIB, { error: 'expected at least 1MiB' })
    .prefault('1GiB')
    .describe('What each file may grow to. At this size writing is refused until something is deleted.'),
  fsync: z
    .boolean()
    .default(true)
    .describe(
      'Wait for the disk with each write. Off (the Collector’s default), a kill loses nothing, ' +
        'but a loss of power loses the last moments.',
    ),
  compaction,
});
