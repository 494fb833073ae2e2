import { z } from 'zod';
import { LEVELS } from '../sigma/rule/metadata.ts';
import { API_VERSION, type SignatureDefinition } from './api.ts';

const line = (max: number) => z.string().trim().min(1).max(max);
const lines = z.array(line(512)).max(64).default([]);

const description = z.object({
  apiVersion: z
    .literal(API_VERSION, { error: `this Sigel has version ${API_VERSION} of the interface` })
    .optional(),
  id: line(128),
  version: line(64),
  name: line(256),
  level: z.enum(LEVELS),
  description: line(4096).optional(),
  author: line(256).optional(),
  tags: lines,
  references: lines,
  falsePositives: lines,
  events: z.array(line(256)).min(1).max(256),
});

/** What a signature says of itself, checked: plain data that can go to another thread. */
export type Description = Omit<z.infer<typeof description>, 'apiVersion'>;

/** What a definition says of itself, or what is wrong with it, in a sentence. */
export type Described =
  | {
      readonly kind: 'described';
      readonly description: Description;
      readonly definition: SignatureDefinition;
    }
  | { readonly kind: 'wrong'; readonly reason: string };

/** Checks what a file gave for a signature. */
export function describe(given: unknown): Described {
  if (typeof given !== 'object' || given === null)
    return { kind: 'wrong', reason: 'it exports no `signature` that defineSignature made' };
  if (typeof (given as Partial<SignatureDefinition>).create !== 'function')
    return { kind: 'wrong', reason: 'create: expected a function' };
  const read = description.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'wrong', reason: `${issue?.path.join('.')}: ${issue?.message}` };
  }
  const { apiVersion: _, ...rest } = read.data;
  return { kind: 'described', description: rest, definition: given as SignatureDefinition };
}
