import { z } from 'zod';
import { duration } from '../../src/config/units.ts';
import { MAX_ANCESTORS } from '../../src/process/known_process.ts';
import { compilePattern } from './redaction.ts';

const rule = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(1024)
    .superRefine((text, context) => {
      const compiled = compilePattern(text);
      if (compiled.kind === 'wrong') context.addIssue({ code: 'custom', message: compiled.reason });
    })
    .describe(
      'Regular expression in RE2’s syntax (no look-around, no back references); `(?i)` ignores case.',
    ),
  replacement: z
    .string()
    .max(256)
    .default('***')
    .describe('What stands in its place; `$1` is what the first group matched, `$$` a dollar sign.'),
});

const MAX_TRACE_WINDOW = 12 * 3600 * 1000;

/** Options of the `process` processor. */
export const processConfig = z.strictObject({
  max_processes: z
    .int()
    .min(64)
    .max(1_000_000)
    .default(32_768)
    .describe(
      'Most processes known of a host; beyond that, those that were not seen for longest are forgotten.',
    ),
  keep_exited: duration()
    .prefault('120s')
    .describe('How long an exited process is kept for records that come late, in event time.'),
  ancestors: z
    .int()
    .min(0)
    .max(MAX_ANCESTORS)
    .default(5)
    .describe('How many ancestors `sigel.process.ancestors` names, from the parent up. 0 leaves it out.'),
  // Backends look for a trace's spans in a day around what they have of it.
  trace_window: duration({ atLeast: '1m' })
    .refine((ms) => ms <= MAX_TRACE_WINDOW, { error: 'expected at most "12h"' })
    .prefault('1h')
    .describe('The span of time that one trace has: one of a container’s processes, or of the host’s own.'),
  redact: z
    .array(rule)
    .max(64)
    .default([])
    .describe('What command lines must not show. Applied in this order, before anything is remembered.'),
});
