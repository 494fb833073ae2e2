/** Facts beside a message: names as in OpenTelemetry, values plain. No secrets. */
export type LogFacts = Readonly<Record<string, string | number | boolean>>;

/** Sigel's own diagnostics (never the events it carries): to stderr and, when configured, to OTLP. */
export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/** A logger that says nothing, for tests and for code that runs without a service. */
export const SILENT: Logger = Object.freeze({ debug: none, info: none, warn: none, error: none });
function none(): void {}
