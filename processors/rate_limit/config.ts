import { z } from 'zod';
import { byteSize, duration } from '../../src/config/units.ts';

const pattern = z.string().min(1).max(256);

/** What records are told apart by. */
export const KEYS = ['namespace', 'container', 'event_name'] as const;

const limit = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, { error: 'expected lower case letters, digits and _' })
      .optional()
      .describe('What metrics and the status page call it; default: what it goes by, joined by `_`.'),
    by: z
      .array(z.enum(KEYS))
      .max(KEYS.length)
      .default(['container'])
      .describe(
        'What has a limit of its own: each `namespace`, `container`, `event_name`, or each pair of them; `[]`: all together.',
      ),
    event_names: z
      .array(pattern)
      .min(1)
      .optional()
      .describe('Only records of these names; `*` stands for any text.'),
    namespaces: z
      .array(pattern)
      .min(1)
      .optional()
      .describe('Only records of containers in these namespaces of Kubernetes; `*` stands for any text.'),
    records_per_second: z.number().positive().max(1e9).optional().describe('How many may pass, on average.'),
    burst: duration({ atLeast: '1s' })
      .prefault('10s')
      .describe('What `records_per_second` lets through in this time may come at once.'),
    bytes_per_day: byteSize()
      .optional()
      .describe('About how many bytes may pass from midnight to midnight, UTC, as OTLP before compression.'),
  })
  .refine((c) => c.records_per_second !== undefined || c.bytes_per_day !== undefined, {
    error: 'expected records_per_second or bytes_per_day, or both',
  });

/** Options of the `rate_limit` processor. */
export const rateLimitConfig = z
  .strictObject({
    limits: z
      .array(limit)
      .min(1)
      .max(16)
      .describe('A record passes where each limit that it falls under lets it.'),
    max_groups: z
      .int()
      .min(1)
      .max(100_000)
      .default(4096)
      .describe(
        'For how many containers, names or pairs each limit counts; beyond, the one not seen longest begins anew.',
      ),
  })
  .refine(({ limits }) => new Set(limits.map(nameOf)).size === limits.length, {
    error: 'two limits have one name: give them a `name` each',
  });

/** One limit. */
export type LimitConfig = z.infer<typeof limit>;
/** The parsed options. */
export type RateLimitConfig = z.infer<typeof rateLimitConfig>;

/** What a limit is called. */
export function nameOf({ name, by }: Pick<LimitConfig, 'name' | 'by'>): string {
  return name ?? (by.length === 0 ? 'all' : by.join('_'));
}
