// Days and seconds repeat from event to event: their text is kept from the last call.
let lastDay = Number.NaN;
let lastDayText = '';
let lastSecond = Number.NaN;
let lastSecondText = '';

/** The last second RFC 3339 can name: 9999-12-31T23:59:59Z. */
const MAX_SECOND = 253_402_300_799;
/** 1601-01-01T00:00:00Z, where FILETIME begins. */
const MIN_SECOND = -11_644_473_600;

/**
 * A time as RFC 3339 in UTC with 7 digits (`2026-03-01T09:00:00.1234567Z`), from unix seconds and the
 * nanoseconds within; digits beyond the hundred nanoseconds are cut. Years past 9999 give undefined.
 */
export function timeText(seconds: number, nanoseconds: number): string | undefined {
  if (!(seconds >= MIN_SECOND && seconds <= MAX_SECOND)) return undefined;
  return `${secondText(seconds)}.${sevenDigits(Math.floor(nanoseconds / 100))}Z`;
}

/**
 * A FILETIME (100 ns since 1601) as {@link timeText} writes it. Undefined for what is no FILETIME, and for
 * 0, by which Windows means that there is none.
 */
export function fileTimeText(value: unknown): string | undefined {
  let high: number;
  let low: number;
  if (typeof value === 'bigint') {
    if (value <= 0n || value >= 1n << 63n) return undefined;
    high = Number(value >> 32n);
    low = Number(BigInt.asUintN(32, value));
  } else if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) {
    high = Math.floor(value / 2 ** 32);
    low = value % 2 ** 32;
  } else {
    return undefined;
  }
  // 2^32 = 429 * 10^7 + 4,967,296; so every product stays below 2^53 and the division is exact.
  const rest = high * 4_967_296 + low;
  const seconds = high * 429 + Math.floor(rest / 1e7) + MIN_SECOND;
  return timeText(seconds, (rest % 1e7) * 100);
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** The FILETIME of a time in RFC 3339 in UTC, digits beyond the hundred nanoseconds cut; undefined for anything else. */
export function readFileTime(text: string): bigint | undefined {
  const [, toSecond, fraction = ''] = TIME.exec(text) ?? [];
  const milliseconds = toSecond === undefined ? Number.NaN : Date.parse(`${toSecond}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  const ticks = BigInt(fraction.slice(0, 7).padEnd(7, '0'));
  return BigInt(milliseconds / 1000 - MIN_SECOND) * 10_000_000n + ticks;
}

function secondText(second: number): string {
  if (second === lastSecond) return lastSecondText;
  const day = Math.floor(second / 86_400);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * 86_400_000).toISOString().slice(0, 11);
  }
  const inDay = second - day * 86_400;
  const hour = Math.floor(inDay / 3600);
  const minute = Math.floor(inDay / 60) % 60;
  lastSecond = second;
  lastSecondText = `${lastDayText}${two(hour)}:${two(minute)}:${two(inDay % 60)}`;
  return lastSecondText;
}

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);
const sevenDigits = (n: number): string => String(n + 1e7).slice(1);
