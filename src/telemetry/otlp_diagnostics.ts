import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { credentials, Metadata } from '@grpc/grpc-js';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { BatchLogRecordProcessor, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { DiagnosticsConfig } from '../config/service_config.ts';

type BatchConfig = DiagnosticsConfig['processors'][number]['batch'];
type ExporterConfig = NonNullable<ConstructorParameters<typeof OTLPLogExporter>[0]>;

/**
 * The SDK's batch processor before its OTLP exporter. It drops what its queue does not hold, which is right
 * for diagnostics (they are on stderr too) and wrong for events. Rejects when the certificate cannot be read.
 */
export async function createBatchProcessor(config: BatchConfig): Promise<LogRecordProcessor> {
  const { endpoint, timeout, compression, headers } = config.exporter.otlp;
  const metadata = new Metadata();
  for (const { name, value } of headers) metadata.add(name, value);
  const roots = await readRoots(config.exporter.otlp.certificate);
  const insecure = config.exporter.otlp.insecure || endpoint.startsWith('http://');
  const exporter = new OTLPLogExporter({
    url: /^https?:\/\//.test(endpoint) ? endpoint : `${insecure ? 'http' : 'https'}://${endpoint}`,
    credentials: insecure ? credentials.createInsecure() : credentials.createSsl(roots),
    metadata,
    timeoutMillis: timeout,
    // The enum is exported by a package that only the exporter depends on.
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
    compression: compression as NonNullable<ExporterConfig['compression']>,
  });
  return new BatchLogRecordProcessor({
    exporter,
    scheduledDelayMillis: config.schedule_delay,
    exportTimeoutMillis: config.export_timeout,
    maxQueueSize: config.max_queue_size,
    maxExportBatchSize: Math.min(config.max_export_batch_size, config.max_queue_size),
  });
}

async function readRoots(path: string | undefined): Promise<Buffer | null> {
  return path === undefined ? null : await readFile(path);
}
