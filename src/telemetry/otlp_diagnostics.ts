import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { DiagnosticsConfig } from '../config/telemetry_config.ts';
import { otlpExporterOptions } from './otlp_peer.ts';

type BatchConfig = DiagnosticsConfig['processors'][number]['batch'];

/**
 * The SDK's batch processor before its OTLP exporter. It drops what its queue does not hold, which is right
 * for diagnostics (they are on stderr too) and wrong for events. Rejects when the certificate cannot be read.
 */
export async function createBatchProcessor(config: BatchConfig): Promise<LogRecordProcessor> {
  return new BatchLogRecordProcessor({
    exporter: new OTLPLogExporter(await otlpExporterOptions(config.exporter.otlp)),
    scheduledDelayMillis: config.schedule_delay,
    exportTimeoutMillis: config.export_timeout,
    maxQueueSize: config.max_queue_size,
    maxExportBatchSize: Math.min(config.max_export_batch_size, config.max_queue_size),
  });
}
