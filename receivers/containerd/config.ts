import { z } from 'zod';

/** What a container can be told to do, named as the records are, without `container.`. */
export const KINDS = ['create', 'start', 'exec', 'exit', 'oom', 'delete'] as const;

/** Options of the `containerd` receiver. */
export const containerdReceiverConfig = z.strictObject({
  extension: z
    .string()
    .min(1)
    .default('containerd')
    .describe('The id of the extension that knows the containers.'),
  events: z
    .array(z.enum(KINDS))
    .min(1)
    .default([...KINDS])
    .describe('What is told.'),
  include_existing: z
    .boolean()
    .default(false)
    .describe('Tell also of containers that were there when the agent started.'),
  max_queued: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe('Records that may wait for the pipelines; what is over is lost and counted.'),
});
