import { Buffer } from 'node:buffer';
import type { ComponentContext } from '../../src/component.ts';
import { authenticatorOf } from '../../src/otlp/auth.ts';
import { OtlpExporter, type SignalForm } from '../../src/otlp/exporter.ts';
import { HttpClient } from '../../src/otlp/http/client.ts';
import { logsToJson, tracesToJson } from '../../src/otlp/json.ts';
import { writeLogs } from '../../src/otlp/logs.ts';
import { readExportResponse, readJsonResponse } from '../../src/otlp/response.ts';
import { writeTraces } from '../../src/otlp/traces.ts';
import { observeExpiry } from '../../src/tls/expiry.ts';
import type { OtlpHttpConfig } from './config.ts';

/** OTLP over HTTP/1.1. */
export class OtlpHttpExporter extends OtlpExporter {
  /** `env` is where proxies are looked up, for tests. */
  constructor(context: ComponentContext, config: OtlpHttpConfig, env?: NodeJS.ProcessEnv) {
    const { encoding, endpoint = '', logs_endpoint, traces_endpoint, auth } = config;
    const base = endpoint.replace(/\/$/, '');
    const isJson = encoding === 'json';
    const read = isJson ? readJsonResponse : readExportResponse;
    const { logger } = context;
    super(context, config, {
      logs: {
        method: logs_endpoint ?? `${base}/v1/logs`,
        write: isJson ? jsonWriter(logsToJson) : writeLogs,
        read,
      },
      traces: {
        method: traces_endpoint ?? `${base}/v1/traces`,
        write: isJson ? jsonWriter(tracesToJson) : writeTraces,
        read,
      },
      connect: async (host) =>
        HttpClient.create(config, {
          authenticator: authenticatorOf(host, auth),
          logger,
          onMaterial: observeExpiry(context.meter),
          ...(env !== undefined && { env }),
        }),
    });
  }
}

function jsonWriter<T>(toJson: (batch: readonly T[]) => string): SignalForm<T>['write'] {
  return (writer, batch, limit) => {
    const bytes = Buffer.from(toJson(batch), 'utf8');
    if (bytes.length > limit) return false;
    writer.raw(bytes);
    return true;
  };
}
