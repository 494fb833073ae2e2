import { z } from 'zod';
import { duration, secret } from '../../../src/config/units.ts';
import { isSafeLocation } from '../../../src/download/download.ts';
import { parseOci } from '../../../src/download/oci.ts';
import { sourceOptions } from '../rule_sources.ts';

/** A pack of rules that is fetched, and how its rules run. */
export const packConfig = z
  .strictObject({
    url: z
      .string()
      .refine((text) => isSafeLocation(text) || parseOci(text) !== undefined, {
        error:
          'expected https://… without a password (http:// only on this machine) or oci://registry/repository:tag',
      })
      .describe('`https://….tar.gz`, beside which `….tar.gz.sig` lies, or `oci://registry/repository:tag`.'),
    public_key: z
      .string()
      .min(1)
      .describe('A file with the Ed25519 key, in PEM, that packs have to be signed with.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, { error: 'expected 64 hexadecimal digits in lower case' })
      .optional()
      .describe('The only archive that is taken, by its SHA-256.'),
    token: secret().optional().describe('A bearer token for the location or the registry.'),
    username: z
      .string()
      .regex(/^[^:]{1,256}$/, { error: 'expected a name without a colon' })
      .optional()
      .describe('The user that the location or the registry knows.'),
    password: secret().optional().describe('Its password, such as `${env:REGISTRY_PASSWORD}`.'),
    password_file: z
      .string()
      .min(1)
      .optional()
      .describe('A file that holds the password; read each time, so it may change.'),
    keep: z
      .string()
      .min(1)
      .describe(
        'A file in which the last good pack is kept; only administrators may have the right to write to it.',
      ),
    refresh: duration({ atLeast: '10s' }).prefault('1h').describe('How often it is asked for.'),
    ...sourceOptions,
  })
  .refine((pack) => pack.username === undefined || pack.token === undefined, {
    error: 'give either token or username',
    path: ['token'],
  })
  .refine(
    ({ username, password, password_file: file }) =>
      Number(password !== undefined) + Number(file !== undefined) === Number(username !== undefined),
    {
      error: 'a username has either password or password_file, and these have a username',
      path: ['username'],
    },
  );

/** A pack in the configuration. */
export type PackConfig = z.infer<typeof packConfig>;
