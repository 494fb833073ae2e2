import { z } from 'zod';
import { byteSize, duration } from '../config/units.ts';

// The keys of delivery that all networked exporters share, named and defaulted as the Collector's exporterhelper.

const batch = z
  .strictObject({
    flush_timeout: duration({ atLeast: '1ms' })
      .prefault('200ms')
      .describe('How long records wait for others at most.'),
    sizer: z
      .enum(['items', 'bytes'])
      .default('items')
      .describe('What the sizes count: records, or (about) bytes.'),
    min_size: z.int().nonnegative().default(8192).describe('The size below which a request waits for more.'),
    max_size: z.int().nonnegative().default(0).describe('The size of a request at most; 0 for any.'),
  })
  .refine(({ min_size, max_size }) => max_size === 0 || max_size >= min_size, {
    error: 'max_size must be at least min_size',
    path: ['max_size'],
  });

/** `sending_queue`. */
export const sendingQueue = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Queue batches before they are sent.'),
    num_consumers: z.int().min(1).max(1000).default(10).describe('Requests in flight at a time.'),
    queue_size: z
      .int()
      .min(1)
      .default(1000)
      .describe('What the queue holds at most, in units of `sizer`; what is being sent counts.'),
    sizer: z
      .enum(['requests', 'items', 'bytes'])
      .default('requests')
      .describe('What `queue_size` counts: batches, records, or (about) bytes.'),
    block_on_overflow: z
      .boolean()
      .default(false)
      .describe(
        'Whether a full queue makes the pipeline wait; otherwise it refuses, and the receiver offers again.',
      ),
    wait_for_result: z
      .boolean()
      .optional()
      .describe(
        'Acknowledge a batch when the peer has answered, not when it is queued; true unless given. Off (the Collector’s ' +
          'default), what is queued in memory is lost with the process although its source was told that it is safe. ' +
          'Not for a queue with `storage`, which acknowledges what it has on disk.',
      ),
    storage: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The storage extension that keeps the queue on disk, such as `file_storage`; without it, memory.',
      ),
    order: z
      .enum(['any', 'container'])
      .default('any')
      .describe(
        '`container`: what is of one container arrives in its order, and only containers are sent side by side. ' +
          'It makes more and smaller requests.',
      ),
    batch: z
      .preprocess((value) => value ?? {}, batch)
      .optional()
      .describe('Merge small batches, cut large ones; off unless given (empty for the defaults).'),
  })
  .refine(
    ({ sizer, queue_size, batch: b }) => b === undefined || b.sizer !== sizer || b.min_size <= queue_size,
    {
      error: 'a batch of min_size would not fit into a queue of queue_size',
      path: ['batch', 'min_size'],
    },
  )
  .refine((queue) => queue.storage === undefined || queue.wait_for_result !== true, {
    error: 'a queue on disk does not wait for the peer: leave it out, or leave out storage',
    path: ['wait_for_result'],
  })
  .prefault({})
  .describe('The queue between the pipeline and the network.');

/** `retry_on_failure`. */
export const retryOnFailure = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Repeat what failed and may work later.'),
    initial_interval: duration().prefault('5s').describe('Wait before the first repetition.'),
    randomization_factor: z
      .number()
      .min(0)
      .max(1)
      .default(0.5)
      .describe('Each wait is drawn from interval × (1 ± this).'),
    multiplier: z
      .number()
      .min(1)
      .default(1.5)
      .describe('Growth of the interval from one repetition to the next.'),
    max_interval: duration().prefault('30s').describe('The interval at most.'),
    max_elapsed_time: duration()
      .prefault('5m')
      .describe('Give up, and count as dropped, after this; 0s for never.'),
  })
  .prefault({})
  .describe('Repetition of failed requests.');

/** `timeout`: of one attempt. */
export const attemptTimeout = duration({ atLeast: '1ms' })
  .prefault('5s')
  .describe('Time for one attempt to send a request.');

/** `max_message_size`. */
export const maxMessageSize = byteSize()
  .refine((bytes) => bytes >= 1024, { error: 'expected at least 1KiB' })
  .prefault('4MiB')
  .describe('What the peer takes in one message, before compression; larger batches are split.');
