import { z } from 'zod';
import { duration } from '../../../src/config/units.ts';
import { isSafeLocation } from '../../../src/download/download.ts';

/** Values of a list, wherever they come from. */
export const MAX_VALUES = 250_000;

const kept = z
  .strictObject({
    file: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the values; beside `url`, where the last good download is kept.'),
    url: z
      .string()
      .refine(isSafeLocation, {
        error: 'expected an https:// location without a password (http:// only on this machine)',
      })
      .optional()
      .describe('Where the values are downloaded from: `https://…`.'),
    format: z
      .enum(['lines', 'csv', 'json'])
      .default('lines')
      .describe('A value on each line (`#` begins a comment), CSV, or a JSON array of texts.'),
    column: z
      .union([z.string().min(1), z.int().positive()])
      .default(1)
      .describe('Of CSV: the column, by its name in the first line or its number from 1.'),
    refresh: duration({ atLeast: '10s' })
      .prefault('30m')
      .describe('How often it is read again. What cannot be read leaves the values as they were.'),
  })
  .refine(({ file, url }) => (file ?? url) !== undefined, { error: 'expected file, url or both' });

/** A list in the configuration of the `signature` processor. */
export const listConfig = z.union([z.array(z.string().max(32_767)).max(MAX_VALUES), kept]);

/** A list that is not in the configuration itself. */
export type KeptList = z.infer<typeof kept>;
