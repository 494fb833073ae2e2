import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricsConfig } from '../config/telemetry_config.ts';

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
/** For a request, which is one line and a few headers, to arrive. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * The SDK's Prometheus exporter behind a server of ours: the SDK's own has no bounds, and on a node anybody on
 * loopback may connect. Rejects when the address cannot be had.
 */
export async function openPrometheusEndpoint(config: PullConfig): Promise<PrometheusEndpoint> {
  const { host, port } = config.exporter.prometheus;
  const reader = new PrometheusExporter({ preventServerStart: true });
  const options = { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS };
  const server = createServer(options, (request, response) => {
    request.resume();
    const [path] = (request.url ?? '').split('?', 1);
    if (path !== '/metrics') response.writeHead(404).end();
    else if (request.method !== 'GET' && request.method !== 'HEAD') response.writeHead(405).end();
    else reader.getMetricsRequestHandler(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const address = await listen(server, host, port);
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    reader,
    url: `http://${name}:${address.port}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port }, resolve);
  await promise;
  // What fails later is one connection; nobody else has to know.
  server.on('error', () => {});
  // It must not keep the process when everything else has ended.
  server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP address');
  return address;
}
