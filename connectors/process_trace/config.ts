import { z } from 'zod';
import { duration } from '../../src/config/units.ts';
import { containerMatcher } from '../../src/containerd/container_matcher_config.ts';

const MAX_WAIT = 600_000;

const matchers = z.array(containerMatcher).min(1).max(100).optional();

/** Options of the connector `process_trace`. */
export const processTraceConfig = z.strictObject({
  max_open: duration({ atLeast: '1s' })
    .prefault('30s')
    .describe(
      'How long a span waits for its process to exit; then it is handed on as that of a running process.',
    ),
  max_spans_per_trace: z
    .int()
    .min(1)
    .max(100_000)
    .default(5_000)
    .describe('Most spans of one trace; beyond that only detections and the processes above them.'),
  max_pending: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe(
      'Most spans that wait, of all traces; beyond that those that wait longest are not waited for, finished ones first.',
    ),
  events: z
    .array(z.string().min(1).max(256))
    .max(100)
    .default([])
    .describe(
      'Events that are spans too, by name, without an end: `[network.connect, powershell.script_block]`.',
    ),
  host_traces: z.boolean().default(true).describe('Make traces of the host’s own processes too.'),
  include: matchers.describe('Make traces of the containers alone that meet one of these conditions.'),
  exclude: matchers.describe('Make no traces of the containers that meet one of these conditions.'),
  sampling: z
    .strictObject({
      only_detections: z.boolean().default(false).describe('Hand on traces with a detection alone.'),
      decision_wait: duration()
        .refine((ms) => ms <= MAX_WAIT, { error: 'expected at most "10m"' })
        .prefault('60s')
        .describe(
          'How long a finished span waits for a detection in its trace. Those above a later detection come with it.',
        ),
    })
    .prefault({})
    .describe('Which traces are worth their room.'),
});

/** Options of the connector `process_trace`, checked. */
export type ProcessTraceConfig = z.infer<typeof processTraceConfig>;
