import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';
import { LEVELS } from '../../src/sigma/rule/metadata.ts';

const MIB = 2 ** 20;

/** Options of the `capture` extension. */
export const captureConfig = z.strictObject({
  directory: z
    .string()
    .min(1)
    .describe('The folder of the captures: made, and made the agent’s and the administrators’ alone.'),
  min_level: z.enum(LEVELS).default('high').describe('Detections of this level and above are captured.'),
  window: duration({ atLeast: '1s' })
    .prefault('30s')
    .describe('How far back a capture goes, where `max_memory` suffices.'),
  max_memory: byteSize()
    .refine((bytes) => bytes >= MIB && bytes <= 1024 * MIB, { error: 'expected 1MiB to 1GiB' })
    .prefault('64MiB')
    .describe(
      'Bytes of buffers that are kept, of all sessions together, each as large as in a file; so it bounds a capture too.',
    ),
  cool_down: duration({ atLeast: '1s' })
    .prefault('1m')
    .describe('After a capture, none is made for this long.'),
  max_disk: byteSize()
    .prefault('1GiB')
    .describe('What all captures may take. When they do, no more are written until some are removed.'),
  retention: duration()
    .prefault('168h')
    .describe('Captures that are older are removed; `0s`: you remove them.'),
  max_wait: duration({ atLeast: '10ms' })
    .prefault('5s')
    .describe('How long a detection waits for its capture. Then it goes on with the paths alone.'),
  containerd: z
    .string()
    .min(1)
    .optional()
    .describe('The `containerd` extension whose containers are written beside the traces, as a journal.'),
});
