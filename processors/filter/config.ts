import { z } from 'zod';

const pattern = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\S.*\S$|^\S$/, { error: 'expected a name or pattern without spaces around it' });

const condition = z
  .strictObject({
    event_names: z
      .array(pattern)
      .min(1)
      .optional()
      .describe('EventNames; `*` stands for any text: `process.*`, `network.connect`.'),
    providers: z
      .array(pattern)
      .min(1)
      .optional()
      .describe('Providers by name or GUID; `*` stands for any text: `Microsoft-Windows-Kernel-*`.'),
    event_ids: z
      .array(z.int().min(0).max(65_535))
      .min(1)
      .optional()
      .describe('Event ids, as the provider numbers them; 0 for classic and kernel events.'),
  })
  .refine((c) => c.event_names !== undefined || c.providers !== undefined || c.event_ids !== undefined, {
    error: 'expected at least one of event_names, providers, event_ids',
  });

/** Options of the `filter` processor. */
export const filterConfig = z
  .strictObject({
    include: z
      .array(condition)
      .min(1)
      .optional()
      .describe('Keep only records that meet one of these conditions. Without it, all are kept.'),
    exclude: z
      .array(condition)
      .min(1)
      .optional()
      .describe('Leave out records that meet one of these conditions, also those that include names.'),
  })
  .refine((c) => c.include !== undefined || c.exclude !== undefined, {
    error: 'expected include or exclude, or both',
  });

/** What a record has to meet: every list that is given, each with one of its entries. */
export type Condition = z.infer<typeof condition>;
