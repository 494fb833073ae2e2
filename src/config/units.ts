import { z } from 'zod';

// Building blocks of component configs. Defaults are given as one writes them in YAML, with zod's prefault
// (its default() takes the parsed number): `duration().prefault('5s').describe('…')`.

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** The longest duration: what the platform's timers take, 2^31 - 1 ms, a little under 25 days. */
const MAX_DURATION_MS = 2 ** 31 - 1;

const DURATION = /^(?:0|(?:\d{1,15}(?:\.\d{1,9})?(?:ns|us|µs|ms|s|m|h))+)$/;
const DURATION_HINT = 'expected a duration with units, such as "200ms", "5s" or "1m30s"';

/** Milliseconds of a duration in Go's notation, or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 64 || !DURATION.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)) {
    ms += Number(count) * (MS_PER_UNIT[unit ?? ''] ?? Number.NaN);
  }
  return ms <= MAX_DURATION_MS ? ms : undefined;
}

/**
 * A duration in Go's notation ("1m30s", "200ms", "0s"); parsed to milliseconds, at most 24 days.
 * `atLeast` (in the same notation) is a lower bound, for keys where zero would spin.
 */
export function duration(options: { readonly atLeast?: string } = {}) {
  const least = parseDuration(options.atLeast ?? '0s') ?? 0;
  return z
    .string({ error: DURATION_HINT })
    .meta({ title: 'duration' })
    .regex(DURATION, { error: DURATION_HINT, abort: true })
    .refine((text) => parseDuration(text) !== undefined, {
      error: 'expected at most 24 days ("576h")',
      abort: true,
    })
    .refine((text) => (parseDuration(text) ?? 0) >= least, {
      error: `expected at least "${options.atLeast}"`,
    })
    .transform((text) => parseDuration(text) ?? 0);
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

const BYTE_SIZE = /^(\d{1,15})(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)?$/;
const BYTE_SIZE_HINT = 'expected a number of bytes, such as "512MiB", "4MB" or 4194304';

/** Bytes of a size such as "512MiB", or undefined when it is none. */
export function parseByteSize(text: string): number | undefined {
  const match = BYTE_SIZE.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * (BYTES_PER_UNIT[match[2] ?? 'B'] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size in bytes: "512MiB" (1024 based), "4MB" (1000 based) or a plain integer; parsed to a number of bytes. */
export function byteSize() {
  return z
    .union(
      [
        z.int({ error: BYTE_SIZE_HINT }).nonnegative({ error: BYTE_SIZE_HINT }),
        z
          .string()
          .regex(BYTE_SIZE, { error: BYTE_SIZE_HINT, abort: true })
          .refine((text) => parseByteSize(text) !== undefined, { error: 'expected at most 8191TiB' }),
      ],
      { error: BYTE_SIZE_HINT },
    )
    .meta({ title: 'size' })
    .transform((size) => (typeof size === 'number' ? size : (parseByteSize(size) ?? 0)));
}

/**
 * A string that must not be shown (a token, a header's value, a password): `print-config` writes [REDACTED]
 * instead. JSON Schema's `writeOnly` carries the mark.
 */
export function secret() {
  return z.string({ error: 'expected a string' }).meta({ writeOnly: true });
}
