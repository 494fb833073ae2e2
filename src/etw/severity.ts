import { SeverityNumber } from '@opentelemetry/api';

/** The severities that mappings use, of OpenTelemetry's logs data model. */
export const Severity = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
} as const;

/**
 * The severity of an ETW level (winmeta.xml): 1 critical, 2 error, 3 warning, 4 informational, 5 verbose;
 * 0 is "log always" and says nothing, levels from 16 are the provider's own.
 */
export function severityOfLevel(level: number): SeverityNumber {
  switch (level) {
    case 1:
      return Severity.fatal;
    case 2:
      return Severity.error;
    case 3:
      return Severity.warn;
    case 5:
      return Severity.debug;
    default:
      return Severity.info;
  }
}
