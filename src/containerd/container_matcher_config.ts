import { z } from 'zod';

const pattern = z
  .string()
  .min(1)
  .max(512)
  .regex(/^\S(?:.*\S)?$/, { error: 'expected a name or pattern without spaces around it' });
const patterns = z.array(pattern).min(1).max(1000);

/** Keys of a condition on containers; all that are given have to be met. */
export const CONTAINER_KEYS = {
  namespaces: patterns.optional().describe('Names of Kubernetes namespaces; `*` stands for any text.'),
  pods: patterns.optional().describe('Names of pods; `*` stands for any text.'),
  labels: z
    .record(z.string().min(1).max(512), pattern)
    .refine((labels) => Object.keys(labels).length > 0, { error: 'expected at least one label' })
    .optional()
    .describe('Labels of the pod with patterns of their values; all of them have to fit.'),
  images: patterns
    .optional()
    .describe('Images without or with tag or digest; `*` stands for any text: `*/pause`, `shop/web:1.*`.'),
};

/** A condition on containers, by what Kubernetes and containerd say of them. */
export const containerMatcher = z
  .strictObject(CONTAINER_KEYS)
  .refine((matcher) => Object.values(matcher).some((list) => list !== undefined), {
    error: 'expected at least one of namespaces, pods, labels, images',
  });

/** What a container has to meet: every list that is given, each with one of its entries, and all labels. */
export type ContainerMatcher = z.infer<typeof containerMatcher>;
