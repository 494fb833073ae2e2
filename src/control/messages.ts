import { z } from 'zod';

// Both sides send lines of JSON; whoever asks sends one.

/** What an agent can be asked. */
export const requestSchema = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('reload') }),
  /** To stop in order; `within` milliseconds, if that is less than it would take by itself. */
  z.strictObject({ ask: z.literal('drain'), within: z.number().positive().optional() }),
]);
export type Request = z.infer<typeof requestSchema>;

/** What it answers. The last answer is never `draining`. */
export const answerSchema = z.discriminatedUnion('answer', [
  /** Still at it: records that are under way. */
  z.object({ answer: z.literal('draining'), records: z.number() }),
  /** All components are down: records that were dropped since it was asked, and left in queues on disk. */
  z.object({ answer: z.literal('drained'), dropped: z.number(), left: z.number() }),
  z.object({
    answer: z.literal('reloaded'),
    outcome: z.enum(['changed', 'unchanged', 'refused']),
    lines: z.array(z.string()),
  }),
  /** What was asked is not understood. */
  z.object({ answer: z.literal('refused'), reason: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;
