import type { HrTime } from '@opentelemetry/api';
import { microsOf } from '../../src/process/time.ts';

/** A time in microseconds since 1970, as spans have it. */
export function hrTimeOf(micros: number): HrTime {
  const seconds = Math.floor(micros / 1e6);
  // A double of today's microseconds is exact to a quarter of one.
  const nanos = Math.round((micros - seconds * 1e6) * 1000);
  return nanos < 1e9 ? [seconds, nanos] : [seconds + 1, 0];
}

/** A time and some microseconds more. */
export function later([seconds, nanos]: HrTime, micros: number): HrTime {
  const sum = nanos + Math.round(micros * 1000);
  return [seconds + Math.floor(sum / 1e9), sum % 1e9];
}

/** The later of two times. */
export function latest(a: HrTime, b: HrTime): HrTime {
  return microsOf(a) >= microsOf(b) ? a : b;
}
