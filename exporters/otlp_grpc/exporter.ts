import type { ClientOptions } from '@grpc/grpc-js';
import type { z } from 'zod';
import type { ComponentContext } from '../../src/component.ts';
import { authenticatorOf } from '../../src/otlp/auth.ts';
import { OtlpExporter } from '../../src/otlp/exporter.ts';
import { GrpcClient } from '../../src/otlp/grpc/client.ts';
import { LOGS_EXPORT, writeLogs } from '../../src/otlp/logs.ts';
import { readExportResponse } from '../../src/otlp/response.ts';
import { TRACES_EXPORT, writeTraces } from '../../src/otlp/traces.ts';
import { observeExpiry } from '../../src/tls/expiry.ts';
import type { otlpGrpcConfig } from './config.ts';

/** OTLP over gRPC. */
export class OtlpGrpcExporter extends OtlpExporter {
  /** `channel` overrides options of the gRPC channel, for tests. */
  constructor(
    context: ComponentContext,
    config: z.infer<typeof otlpGrpcConfig>,
    channel: ClientOptions = {},
  ) {
    const { endpoint, tls, auth } = config;
    super(context, config, {
      logs: { method: LOGS_EXPORT, write: writeLogs, read: readExportResponse },
      traces: { method: TRACES_EXPORT, write: writeTraces, read: readExportResponse },
      connect: async (host) => {
        if (endpoint.startsWith('http://') && !tls.insecure) {
          const advice = 'the endpoint says http://, but TLS is on: set tls.insecure for plain text';
          context.logger.warn(advice, { endpoint });
        }
        return GrpcClient.create(config, {
          channel,
          authenticator: authenticatorOf(host, auth),
          logger: context.logger,
          onMaterial: observeExpiry(context.meter),
        });
      },
    });
  }
}
