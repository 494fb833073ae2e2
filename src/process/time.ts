import type { HrTime } from '@opentelemetry/api';

/**
 * Microseconds since 1970, as everything in this folder counts time: a double holds them to a quarter of one,
 * and events are told apart by their order, not by that.
 */
export function microsOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e6 + nanoseconds / 1e3;
}

// 2026-03-01T09:00:00.1234567Z
const FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z$/;
/** Where its digits behind the milliseconds stand, which Date does not read. */
const [BEHIND, END] = [23, 27];

/** The microseconds of a time as records show it (src/etw/time_text.ts); undefined for any other text. */
export function microsOfText(text: string | undefined): number | undefined {
  if (text === undefined || !FORM.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1e3 + Number(text.slice(BEHIND, END)) / 10;
}
