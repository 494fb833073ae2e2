import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';

const options = z.strictObject({
  containerd: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The id of the extension that knows the containers, `containerd` unless given; `none` where nobody does, and a trace tells by itself what it can.',
    ),
  journal: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A journal in place of the extension, for recorded traces: the file that `sigel record` wrote beside them.',
    ),
  wait: duration({ atLeast: '1ms' })
    .prefault('2s')
    .describe('How long records of a process wait for containerd to tell of its container.'),
  max_parked: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('Most records that wait; beyond that, those of the process that waits longest go on.'),
  max_parked_size: byteSize()
    .prefault('32MiB')
    .describe('Most memory that waiting records may take, as estimated from their texts.'),
});

/** Options of the `container_attribution` processor. */
export const containerAttributionConfig = options.refine(
  ({ containerd, journal }) => containerd === undefined || journal === undefined,
  {
    error: 'containerd and journal exclude each other: name one that knows the containers',
    path: ['journal'],
  },
);
