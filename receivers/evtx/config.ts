import { z } from 'zod';
import { byteSize } from '../../src/config/units.ts';
import { recordUid } from '../../src/receiving/record_uid.ts';

/** Options of the `evtx` receiver. */
export const evtxConfig = z.strictObject({
  include: z
    .array(z.string().min(1))
    .min(1)
    .describe('Event logs (.evtx), folders (all logs below them) or globs (`*`, `**`, `?`).'),
  exclude: z.array(z.string().min(1)).default([]).describe('Globs of files to leave out.'),
  record_uid: recordUid,
  batch_size: z.int().min(1).max(65_536).default(256).describe('Records handed on at a time.'),
  max_in_flight: byteSize()
    .prefault('2MiB')
    .describe('Bytes of logs that may be on their way before reading waits for the pipelines.'),
});
