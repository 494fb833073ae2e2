import { Metadata } from '@grpc/grpc-js';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import { type Failure, SENT, type Sender } from '../../src/delivery/sender.ts';
import { type LogRecord, sdkRecords } from '../../src/model/log_record.ts';
import { resultOfStatus } from '../../src/otlp/grpc/status.ts';

/**
 * A sender around an exporter of OpenTelemetry's SDK, which takes our records as they are. It cannot be
 * interrupted, so it wants a timeout around it.
 */
export function sdkSender(exporter: LogRecordExporter): Sender<LogRecord> {
  return {
    send: async (batch) => {
      const { promise, resolve } = Promise.withResolvers<ExportResult>();
      try {
        exporter.export(sdkRecords(batch), resolve);
      } catch (error) {
        return failureOf(error);
      }
      const { code, error } = await promise;
      return code === ExportResultCode.SUCCESS ? SENT : failureOf(error);
    },
  };
}

/** The exporter passes on grpc-js's error, with the status in it; other errors are its own. */
function failureOf(error: unknown): Failure {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error) {
    const { code, details } = error;
    const metadata = 'metadata' in error && error.metadata instanceof Metadata ? error.metadata : undefined;
    return resultOfStatus({ code, details: String(details), metadata });
  }
  return { kind: 'permanent', cause: 'sdk_error', reason };
}
