import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { MetricReader } from '@opentelemetry/sdk-metrics';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import { openServer } from '../http/bounded_server.ts';
import type { Logger } from './logger.ts';

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
 * cannot be had, or the certificate cannot be used.
 */
export async function openPrometheusEndpoint(
  config: PullConfig,
  logger: Logger,
): Promise<PrometheusEndpoint> {
  const { host, port, tls, bearer_token: token } = config.exporter.prometheus;
  const reader = new PrometheusExporter({ preventServerStart: true });
  const isAllowed = token === undefined ? () => true : bearerCheck(token);
  const { url, close } = await openServer({
    host,
    port,
    tls: tls === undefined ? undefined : { config: tls, logger },
    maxConnections: MAX_CONNECTIONS,
    handle: (path, request, response) => {
      if (path !== '/metrics') response.writeHead(404).end();
      else if (isAllowed(request)) void answer(reader, response);
      else response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    },
  });
  return { reader, url: `${url}/metrics`, close };
}

async function answer(reader: MetricReader, response: ServerResponse): Promise<void> {
  try {
    const { resourceMetrics } = await reader.collect();
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    response.end(withCollectorNames(SERIALIZER.serialize(resourceMetrics)));
  } catch {
    // It is being shut down.
    response.writeHead(503).end();
  }
}

const SERIALIZER = new PrometheusSerializer(undefined, false, undefined, false, true);
const COLLECTOR_TOTAL = /^((?:# (?:HELP|TYPE) )?otelcol_\w+)_total(?=[ {])/gm;

/** The Collector serves its own counters without the ending that the serializer gives all. */
function withCollectorNames(text: string): string {
  return text.replace(COLLECTOR_TOTAL, '$1');
}

/** Digests are compared, which have one length: how long that takes tells nothing of the token. */
function bearerCheck(token: string): (request: IncomingMessage) => boolean {
  const wanted = digest(`Bearer ${token}`);
  return ({ headers }) => timingSafeEqual(digest(headers.authorization ?? ''), wanted);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
