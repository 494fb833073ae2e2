import { z } from 'zod';
import { CONTAINER_KEYS } from '../../containerd/container_matcher_config.ts';
import { readFields } from './fields.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const fields = z
  .record(z.string().min(1), z.union([value, z.array(value).min(1)]))
  .superRefine((map, context) => {
    const read = readFields(map, new Map());
    if (read.kind === 'read') return;
    // Lists are known when rules are loaded.
    for (const { code, message } of read.issues)
      if (code !== 'missing_list') context.addIssue({ code: 'custom', message });
  });

/** When an exception ends: a day, which still counts, or a time; milliseconds since 1970. */
const expires = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'expected a day such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z',
  })
  .transform((text) => Date.parse(text) + (text.length === 10 ? 86_400_000 : 0));

const options = z.strictObject({
  rules: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Ids or names of the rules that it is for; without it, of all.'),
  ...CONTAINER_KEYS,
  fields: fields
    .optional()
    .describe('Fields as in a Sigma search, all of which the event meets: `Image|endswith: \\tool.exe`.'),
  owner: z.string().min(1).max(256).describe('Who answers for it: a person or team.'),
  expires: expires.describe('Its last day, or the time when it ends.'),
  reason: z.string().max(2048).optional().describe('Why what the rules found there is right.'),
});

const SCOPES = ['rules', 'namespaces', 'pods', 'labels', 'images', 'fields'] as const;

/** An exception: detections that are counted, and told to nobody. */
export const exceptionConfig = options.refine((one) => SCOPES.some((scope) => one[scope] !== undefined), {
  error: `expected at least one of ${SCOPES.join(', ')}`,
});

/** What a configuration says of an exception. */
export type ExceptionConfig = z.infer<typeof exceptionConfig>;

/** The form of a file of exceptions. */
export const exceptionsFile = z.strictObject({
  exceptions: z.array(exceptionConfig).max(10_000).default([]).describe('The exceptions.'),
});
