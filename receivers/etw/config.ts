import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { recordUid } from '../../src/receiving/record_uid.ts';
import { sessionsConfig } from '../../src/windows/live/sessions_config.ts';

/** Options of the `etw` receiver. */
export const etwConfig = z.strictObject({
  ...sessionsConfig.shape,
  ring_size: byteSize()
    .prefault('8MiB')
    .describe('Bytes between Windows and the decoder, for each session; 64KiB to 1GiB.'),
  max_block: duration()
    .prefault('1s')
    .describe('How long Windows is made to wait when the ring is full, before whole buffers are dropped.'),
  reorder_window: duration()
    .optional()
    .describe(
      'How long events of other processors and sessions are waited for; default: the flush interval.',
    ),
  max_reorder: byteSize().prefault('32MiB').describe('Bytes of buffers that may wait for their turn.'),
  poll_interval: duration({ atLeast: '100ms' })
    .prefault('5s')
    .describe('How often Windows is asked what was lost.'),
  canary_interval: duration()
    .prefault('1m')
    .refine((interval) => interval === 0 || interval >= 1000, { error: 'expected "0s", or at least "1s"' })
    .describe('How often an event is written into each session, to see that it comes back; `0s`: never.'),
  clock_correction: z
    .boolean()
    .default(true)
    .describe('Follow the system’s time (the sessions’ clock drifts), without ever stepping back.'),
  schemas: z
    .strictObject({
      ask_windows: z
        .boolean()
        .default(true)
        .describe('Ask TDH about events that no shipped description knows.'),
      directory: z
        .string()
        .min(1)
        .optional()
        .describe('Where the answers are kept; default: `Sigel\\tdh` in %ProgramData%.'),
    })
    .prefault({})
    .describe('Descriptions of events that this Windows has.'),
  accounts: z.boolean().default(true).describe('Look up the names of users.'),
  capture: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The `capture` extension that is given the raw buffers, to write the last of them beside grave detections.',
    ),
  include_event_data: z
    .boolean()
    .default(false)
    .describe('Add the whole decoded payload (`etw.event.data`) also to events that a mapping knows.'),
  record_uid: recordUid,
  batch_size: z.int().min(1).max(65_536).default(256).describe('Records handed on at a time.'),
  max_in_flight: byteSize()
    .prefault('4MiB')
    .describe('Bytes of events that may be on their way before decoding waits for the pipelines.'),
});

/** The receiver's options, checked. */
export type EtwConfig = z.infer<typeof etwConfig>;
