import type { HrTime } from '@opentelemetry/api';

/**
 * Microseconds since 1970, as everything in this folder counts time: a double holds them to a quarter of one,
 * and events are told apart by their order, not by that.
 */
export function microsOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e6 + nanoseconds / 1e3;
}

// 2026-03-01T09:00:00.1234567Z
const FORM = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.(\d{7})Z$/;

/** The microseconds of a time as records show it (src/etw/time_text.ts); undefined for any other text. */
export function microsOfText(text: string | undefined): number | undefined {
  const parts = text === undefined ? null : FORM.exec(text);
  if (parts === null) return undefined;
  const milliseconds = Date.parse(`${parts[1] ?? ''}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1e3 + Number(parts[2]) / 10;
}
