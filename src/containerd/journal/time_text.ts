import type { HrTime } from '@opentelemetry/api';
import { z } from 'zod';

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

/** A time as a journal has it, to the nanosecond: `2026-03-02T09:15:00.000000001Z`. */
export function timeText([seconds, nanoseconds]: HrTime): string {
  const second = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${second}.${String(Math.floor(nanoseconds)).padStart(9, '0')}Z`;
}

/** The time of such a text; undefined for any other. */
export function timeOfText(text: string): HrTime | undefined {
  const [, second, fraction = ''] = FORM.exec(text) ?? [];
  const milliseconds = second === undefined ? Number.NaN : Date.parse(`${second}Z`);
  return Number.isNaN(milliseconds) ? undefined : [milliseconds / 1000, Number(fraction.padEnd(9, '0'))];
}

/** A time in a line; parsed to OpenTelemetry's. */
export const time = z
  .string()
  .regex(FORM, 'expected a time in UTC, such as 2026-03-02T09:15:00.000000000Z')
  .transform((text, context): HrTime => {
    const parsed = timeOfText(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: 'custom', message: 'there is no such time' });
    return z.NEVER;
  });
