import type { LogRecord as ApiLogRecord } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';

/** The stock SDK's path to a peer. */
export interface SdkPeer {
  emit(record: ApiLogRecord): void;
  export(batch: ReadableLogRecord[]): Promise<void>;
  /** Records whose export succeeded. */
  exported(): number;
  shutdown(): Promise<void>;
}

/** Builds the stock path: LoggerProvider, batching processor whose queue holds `queue` records, exporter. */
export function createLogger(endpoint: string, compression: string, queue: number): SdkPeer {
  let exported = 0;
  // The option's type is an enum of a package that we do not depend on.
  process.env['OTEL_EXPORTER_OTLP_COMPRESSION'] = compression;
  const otlp = new OTLPLogExporter({ url: `http://${endpoint}`, timeoutMillis: 60_000 });
  const counting: LogRecordExporter = {
    export: (batch, done) =>
      otlp.export(batch, (result) => {
        if (result.code === ExportResultCode.SUCCESS) exported += batch.length;
        done(result);
      }),
    shutdown: () => otlp.shutdown(),
    forceFlush: () => otlp.forceFlush(),
  };
  const processor = new BatchLogRecordProcessor({
    exporter: counting,
    maxQueueSize: queue,
    maxExportBatchSize: 1024,
    scheduledDelayMillis: 1,
    exportTimeoutMillis: 60_000,
  });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('bench');
  return {
    emit: (record) => logger.emit(record),
    export: (batch) =>
      new Promise((resolve, reject) => {
        counting.export(batch, ({ error, code }) => {
          if (code === ExportResultCode.SUCCESS) resolve();
          else reject(error ?? new Error('export failed'));
        });
      }),
    exported: () => exported,
    shutdown: () => provider.shutdown(),
  };
}
