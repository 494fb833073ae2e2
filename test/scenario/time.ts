/** FILETIME units (100 ns) per second. */
export const SECOND = 10_000_000n;
const UNIX_EPOCH = 116_444_736_000_000_000n;
const UNITS: Readonly<Record<string, bigint>> = {
  us: 10n,
  ms: 10_000n,
  s: SECOND,
  m: 60n * SECOND,
  h: 3600n * SECOND,
};

/** `250ms`, `1m30s` and so on in 100 ns units. Throws on anything else. */
export function duration(text: string): bigint {
  const parts = [...text.matchAll(/(\d+)(us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text)
    throw new Error(`not a duration: ${text}`);
  return parts.reduce((sum, [, count = '0', unit = '']) => sum + BigInt(count) * (UNITS[unit] ?? 0n), 0n);
}

/** An RFC 3339 time as a FILETIME (to the millisecond). Throws on anything else. */
export function fileTime(text: string): bigint {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Error(`not a time: ${text}`);
  return BigInt(ms) * 10_000n + UNIX_EPOCH;
}
