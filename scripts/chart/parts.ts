import { z } from 'zod';

/** A map that Kubernetes or Sigel judges, not the chart. */
export const anyMap = (value: Record<string, unknown> = {}) =>
  z.record(z.string(), z.unknown()).default(value);

/** A list that Kubernetes or Sigel judges, not the chart. */
export const anyList = (value: Record<string, unknown>[] = []) =>
  z.array(z.record(z.string(), z.unknown())).default(value);

/** A map of texts, such as labels. */
export const texts = (value: Record<string, string> = {}) => z.record(z.string(), z.string()).default(value);

/** Where an image is; `pullPolicy`: the default, where an empty one means that of others. */
export const imageValues = (pullPolicy: '' | 'IfNotPresent', repository = '', tag = '') =>
  z
    .strictObject({
      repository: z.string().default(repository).describe('Registry and name.'),
      tag: z.string().default(tag).describe("Its version; else the chart's."),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default('')
        .describe('`sha256:…`: that image and no other.'),
      pullPolicy: z
        .enum(['', 'Always', 'IfNotPresent', 'Never'])
        .default(pullPolicy)
        .describe('When it is asked for.'),
    })
    .prefault({});
