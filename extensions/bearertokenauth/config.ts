import { z } from 'zod';
import { secret } from '../../src/config/units.ts';

/** Options of the `bearertokenauth` extension. */
export const bearerTokenConfig = z
  .strictObject({
    header: z
      .string()
      .regex(/^[0-9a-zA-Z_.-]+$/, { error: 'expected a header name' })
      .default('Authorization')
      .describe('The header that carries the token.'),
    scheme: z
      .string()
      .regex(/^[\x21-\x7e]*$/, { error: 'expected printable ASCII without spaces' })
      .default('Bearer')
      .describe('What stands before the token; empty for nothing.'),
    token: secret().min(1).optional().describe('The token, given here.'),
    filename: z
      .string()
      .min(1)
      .optional()
      .describe('A file that holds the token, such as a mounted token of a service account; it may change.'),
  })
  .refine((c) => (c.token === undefined) !== (c.filename === undefined), {
    error: 'give either token or filename',
    path: ['filename'],
  });

/** The parsed options. */
export type BearerTokenConfig = z.infer<typeof bearerTokenConfig>;
