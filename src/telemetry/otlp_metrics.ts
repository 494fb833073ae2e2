import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import {
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import type { Logger } from './logger.ts';
import { otlpExporterOptions } from './otlp_peer.ts';

/** `service::telemetry::metrics::readers[]::periodic`. */
export type PeriodicConfig = NonNullable<MetricsConfig['readers'][number]['periodic']>;

/** The SDK's periodic reader before its OTLP exporter. Rejects when the certificate cannot be read. */
export async function createPeriodicReader(config: PeriodicConfig, logger: Logger): Promise<MetricReader> {
  const { otlp } = config.exporter;
  const timeout = Math.min(config.timeout, config.interval);
  const exporter = new OTLPMetricExporter(
    await otlpExporterOptions({ ...otlp, timeout: Math.min(otlp.timeout, timeout) }),
  );
  return new PeriodicExportingMetricReader({
    exporter: new SayingOnce(exporter, otlp.endpoint, logger),
    exportIntervalMillis: config.interval,
    exportTimeoutMillis: timeout,
  });
}

/**
 * Says once that exports fail, and once that they work again: every interval makes one, and a peer may be away
 * for days. To the SDK, which would report each of them, they all succeed.
 */
class SayingOnce implements PushMetricExporter {
  readonly #exporter: OTLPMetricExporter;
  readonly #endpoint: string;
  readonly #logger: Logger;
  #failed = 0;

  constructor(exporter: OTLPMetricExporter, endpoint: string, logger: Logger) {
    this.#exporter = exporter;
    this.#endpoint = endpoint;
    this.#logger = logger;
  }

  selectAggregationTemporality(...args: Parameters<OTLPMetricExporter['selectAggregationTemporality']>) {
    return this.#exporter.selectAggregationTemporality(...args);
  }

  selectAggregation(...args: Parameters<OTLPMetricExporter['selectAggregation']>) {
    return this.#exporter.selectAggregation(...args);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#exporter.export(metrics, (result) => {
      this.#say(result);
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown();
  }

  #say({ code, error }: ExportResult): void {
    const endpoint = this.#endpoint;
    if (code === ExportResultCode.SUCCESS) {
      if (this.#failed > 0)
        this.#logger.info('metrics are exported again', { endpoint, failed: this.#failed });
      this.#failed = 0;
      return;
    }
    this.#failed++;
    if (this.#failed > 1) return;
    this.#logger.warn('metrics are not exported', { endpoint, reason: error?.message ?? 'unknown' });
  }
}
