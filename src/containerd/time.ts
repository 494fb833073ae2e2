import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type { HrTime } from '@opentelemetry/api';

/** Year 9999, the end of protobuf's timestamps. */
const MAX_SECONDS = 253_402_300_799n;

/** A timestamp as OpenTelemetry has times; undefined for none, for Go's zero time, and for what is no time. */
export function timeOf(timestamp: Timestamp | undefined): HrTime | undefined {
  if (timestamp === undefined) return undefined;
  const { seconds, nanos } = timestamp;
  if (seconds <= 0n || seconds > MAX_SECONDS || nanos < 0 || nanos > 999_999_999) return undefined;
  return [Number(seconds), nanos];
}

/** The system's time now. */
export function timeNow(): HrTime {
  const now = Date.now();
  return [Math.floor(now / 1000), (now % 1000) * 1e6];
}

/** Milliseconds since 1970. */
export function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}
