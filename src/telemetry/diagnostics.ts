import type { Writable } from 'node:stream';
import {
  type Attributes,
  DiagLogLevel,
  diag,
  type Logger as OtelLogger,
  SeverityNumber,
} from '@opentelemetry/api';
import { globalErrorHandler, loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import type { DiagnosticsConfig } from '../config/telemetry_config.ts';
import { VERSION } from '../version.ts';
import { consoleLine, jsonLine, LEVELS, type Level } from './lines.ts';
import type { LogFacts, Logger } from './logger.ts';
import { Sampler } from './sampling.ts';

/** Sigel's own diagnostics. */
export interface Diagnostics {
  /** A logger whose entries carry these facts. */
  readonly logger: (facts: LogFacts) => Logger;
  /** Exports what is held; rejects for nothing. */
  readonly shutdown: () => Promise<void>;
}

/** Where diagnostics go and what they say of their origin. */
export interface DiagnosticsOptions {
  readonly stderr: Writable;
  readonly resource: Resource;
}

const SEVERITY: Readonly<Record<Level, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/**
 * Diagnostics as OpenTelemetry log records: written to stderr and, where `service::telemetry::logs` says so,
 * exported over OTLP. Rejects when a certificate it names cannot be read.
 */
export async function createDiagnostics(
  config: DiagnosticsConfig,
  options: DiagnosticsOptions,
): Promise<Diagnostics> {
  const lines = new LineProcessor(options.stderr, config.encoding);
  const exporting: LogRecordProcessor[] = [];
  for (const { batch } of config.processors) {
    const { createBatchProcessor } = await import('./otlp_diagnostics.ts');
    exporting.push(await createBatchProcessor(batch));
  }
  const { resource } = options;
  const provider = new LoggerProvider({ resource, processors: [lines, ...exporting] });
  const sampler = new Sampler(config.sampling);
  const write = (otel: OtelLogger, level: Level, message: string, facts: LogFacts) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(config.level)) return;
    const sample = sampler.take(`${level} ${message}`, performance.now());
    if (sample.kind === 'left_out') return;
    const attributes: Attributes = sample.leftOut > 0 ? { ...facts, left_out: sample.leftOut } : { ...facts };
    otel.emit({
      timestamp: Date.now(),
      severityNumber: SEVERITY[level],
      severityText: level,
      body: message,
      attributes,
    });
  };
  const otel = provider.getLogger('sigel', VERSION);
  // What OpenTelemetry's SDK has to say, a failed export of diagnostics first of all, must not be exported.
  const alone = new LoggerProvider({ resource, processors: [lines] });
  reportSdk(
    loggerOf((level, message, facts) => write(alone.getLogger('sigel', VERSION), level, message, facts), {}),
  );
  return {
    logger: (facts) => loggerOf((level, message, more) => write(otel, level, message, more), facts),
    shutdown: async () => {
      await provider.shutdown().catch(globalErrorHandler);
      setGlobalErrorHandler(loggingErrorHandler());
      diag.disable();
    },
  };
}

type Write = (level: Level, message: string, facts: LogFacts) => void;

function loggerOf(write: Write, facts: LogFacts): Logger {
  const at = (level: Level) => (message: string, more?: LogFacts) =>
    write(level, message, more === undefined ? facts : { ...facts, ...more });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function reportSdk(logger: Logger): void {
  const silent = () => {};
  diag.setLogger(
    {
      error: (message) => logger.error(message),
      warn: (message) => logger.warn(message),
      info: silent,
      debug: silent,
      verbose: silent,
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  // Where the batch processor reports what it could not export; its own report is a stack in JSON.
  setGlobalErrorHandler((error) => {
    logger.warn('diagnostics were not exported', {
      reason: typeof error === 'string' ? error : (error.message ?? error.name ?? 'unknown'),
    });
  });
}

/** Writes each entry as a line. */
class LineProcessor implements LogRecordProcessor {
  readonly #stderr: Writable;
  readonly #format: typeof consoleLine;

  constructor(stderr: Writable, encoding: DiagnosticsConfig['encoding']) {
    this.#stderr = stderr;
    this.#format = encoding === 'json' ? jsonLine : consoleLine;
  }

  onEmit({ hrTime, severityText, body, attributes }: ReadWriteLogRecord): void {
    if (this.#stderr.destroyed) return;
    const time = new Date(hrTime[0] * 1000 + hrTime[1] / 1e6);
    const level = LEVELS.find((known) => known === severityText) ?? 'info';
    const facts: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(attributes)) {
      facts[name] = typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
    }
    this.#stderr.write(this.#format({ time, level, message: String(body), facts }));
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
