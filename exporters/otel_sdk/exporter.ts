import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import { laneOf } from '../../src/delivery/lanes.ts';
import { withTimeout } from '../../src/delivery/timeout.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { type Outcome, retryLater } from '../../src/model/outcome.ts';
import { createMetadata } from '../../src/otlp/grpc/client.ts';
import { createCredentials } from '../../src/otlp/grpc/credentials.ts';
import { parseEndpoint } from '../../src/otlp/grpc/endpoint.ts';
import { estimateLogs } from '../../src/otlp/size.ts';
import { VERSION } from '../../src/version.ts';
import { type otelSdkConfig, sdkUrl } from './config.ts';
import { sdkSender } from './sender.ts';

type Config = z.infer<typeof otelSdkConfig>;
type SdkConfig = NonNullable<ConstructorParameters<typeof OTLPLogExporter>[0]>;

interface Running {
  readonly sdk: OTLPLogExporter;
  readonly logs: Delivery<LogRecord>;
}

/** The stock exporter, with our queue, retry and split around it, since it has none of them. */
export class OtelSdkExporter implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  #running: Running | undefined;

  constructor(context: ComponentContext, config: Config) {
    this.#context = context;
    this.#config = config;
  }

  async start(): Promise<void> {
    const config = this.#config;
    const sdk = new OTLPLogExporter(await sdkConfig(config));
    const { account, logger } = this.#context;
    const sender = withTimeout(sdkSender(sdk), config.timeout);
    const split = { limit: () => config.max_message_size, estimate: estimateLogs };
    this.#running = {
      sdk,
      logs: new Delivery({ sender, config, sizeOf: estimateLogs, laneOf, split, account, logger }),
    };
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.#running?.logs.consume(batch) ?? retryLater('the exporter is not started');
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    if (this.#running === undefined) return;
    const { sdk, logs } = this.#running;
    await logs.shutdown(deadline);
    // It waits for calls that we no longer wait for; they end with their time-out, and nobody listens.
    if (deadline.aborted) void sdk.shutdown();
    else await sdk.shutdown();
  }
}

/** The stock exporter's options. What is left undefined it would take from OTEL_EXPORTER_OTLP_* variables. */
async function sdkConfig(config: Config): Promise<SdkConfig> {
  const endpoint = parseEndpoint(config.endpoint);
  if (typeof endpoint === 'string') throw new Error(`endpoint: ${endpoint}`);
  const options = {
    url: sdkUrl(config.endpoint) ?? endpoint.target,
    credentials: await createCredentials(endpoint, config.tls),
    metadata: createMetadata({ headers: config.headers, wait_for_ready: false }),
    compression: config.compression,
    timeoutMillis: config.timeout,
    // The queue bounds what is in flight; above its own bound the exporter would fail without an attempt.
    concurrencyLimit: Number.MAX_SAFE_INTEGER,
    userAgent: [config.user_agent, `sigel/${VERSION}`].filter((part) => part !== undefined).join(' '),
  };
  // Its enum of compressions has our values, but is of a package that we do not depend on.
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
  return options as SdkConfig;
}
