import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import { openServer } from '../http/bounded_server.ts';

/** `service::telemetry::metrics::readers[]::pull`. */
export type PullConfig = NonNullable<MetricsConfig['readers'][number]['pull']>;

/** Metrics that others read over HTTP. */
export interface PrometheusEndpoint {
  readonly reader: MetricReader;
  /** Where it listens. */
  readonly url: string;
  readonly close: () => void;
}

/** A scrape needs one; more are for people who look. */
const MAX_CONNECTIONS = 16;

/**
 * The SDK's Prometheus exporter behind a server of ours: the SDK's own has no bounds. Rejects when the address
 * cannot be had.
 */
export async function openPrometheusEndpoint(config: PullConfig): Promise<PrometheusEndpoint> {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const { url, close } = await openServer({
    ...config.exporter.prometheus,
    maxConnections: MAX_CONNECTIONS,
    handle: (path, request, response) => {
      if (path === '/metrics') reader.getMetricsRequestHandler(request, response);
      else response.writeHead(404).end();
    },
  });
  return { reader, url: `${url}/metrics`, close };
}
