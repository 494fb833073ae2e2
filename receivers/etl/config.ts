import { z } from 'zod';
import { byteSize } from '../../src/config/units.ts';
import { recordUid } from '../../src/receiving/record_uid.ts';

/** Options of the `etl` receiver. */
export const etlConfig = z.strictObject({
  include: z
    .array(z.string().min(1))
    .min(1)
    .describe('Trace files (.etl, .etl.gz), folders (all traces below them) or globs (`*`, `**`, `?`).'),
  exclude: z.array(z.string().min(1)).default([]).describe('Globs of files to leave out.'),
  include_event_data: z
    .boolean()
    .default(false)
    .describe('Add the whole decoded payload (`etw.event.data`) also to events that a mapping knows.'),
  record_uid: recordUid,
  batch_size: z.int().min(1).max(65_536).default(256).describe('Records handed on at a time.'),
  max_in_flight: byteSize()
    .prefault('2MiB')
    .describe('Bytes of events that may be on their way before reading waits for the pipelines.'),
  max_unpacked_in_memory: byteSize()
    .prefault('64MiB')
    .describe('A .etl.gz is unpacked to memory up to this size, a larger one to a temporary file.'),
  max_unpacked_on_disk: byteSize()
    .prefault('16GiB')
    .describe('A .etl.gz that unpacks to more than this is refused.'),
  storage: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The storage extension, such as `file_storage`, that remembers what was read, so that the next run goes on there. ' +
        'Without it every run reads everything.',
    ),
  progress: z.boolean().default(true).describe('Show progress on stderr when that is a terminal.'),
});
