import { z } from 'zod';

const key = z
  .string()
  .min(1)
  .max(256)
  .describe('Name of the resource attribute, such as `k8s.cluster.name`.');

const value = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.array(z.string()).max(128),
    z.array(z.number()).max(128),
    z.array(z.boolean()).max(128),
  ])
  .describe('Text, number, boolean, or a list of one of these.');

const action = z.discriminatedUnion(
  'action',
  [
    z.strictObject({
      key,
      value,
      action: z
        .enum(['insert', 'update', 'upsert', 'set'])
        .describe(
          '`insert`: where the key is absent. `update`: where it is there. `upsert` or `set`: in either case.',
        ),
    }),
    z.strictObject({ key, action: z.literal('delete').describe('Takes the attribute away.') }),
  ],
  { error: 'expected one of insert, update, upsert, set, delete' },
);

/** Options of the `resource` processor: the Collector's form. */
export const resourceConfig = z.strictObject({
  attributes: z.array(action).min(1).describe('What to do with the resource’s attributes, in this order.'),
});

/** One change of a resource. */
export type Action = z.infer<typeof action>;
