import type { ClientOptions } from '@grpc/grpc-js';
import type { z } from 'zod';
import type { Component, ComponentContext, Host, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import { Delivery, type StoredDelivery } from '../../src/delivery/delivery.ts';
import { laneOf } from '../../src/delivery/lanes.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { type Outcome, retryLater } from '../../src/model/outcome.ts';
import type { Span, SpanBatch } from '../../src/model/span.ts';
import { encodeMessages } from '../../src/otlp/encode_messages.ts';
import { type EncodedItem, readRequest, sizeOfEncoded, writeEncoded } from '../../src/otlp/encoded.ts';
import type { Scoped } from '../../src/otlp/group.ts';
import { GrpcClient } from '../../src/otlp/grpc/client.ts';
import { OtlpSender, type OtlpSenderOptions } from '../../src/otlp/grpc/sender.ts';
import { LOGS_EXPORT, writeLogs } from '../../src/otlp/logs.ts';
import { WriterPool } from '../../src/otlp/pool.ts';
import { estimateLogs, estimateSpans } from '../../src/otlp/size.ts';
import { TRACES_EXPORT, writeTraces } from '../../src/otlp/traces.ts';
import { type StorageClient, storageOf } from '../../src/storage/storage.ts';
import type { otlpGrpcConfig } from './config.ts';

type Config = z.infer<typeof otlpGrpcConfig>;

interface Running {
  readonly client: GrpcClient;
  readonly logs: Delivery<LogRecord, EncodedItem>;
  readonly traces: Delivery<Span, EncodedItem>;
}

const NOT_STARTED = retryLater('the exporter is not started');

/** Logs and traces share the connection and the buffers; each signal has a queue of its own. */
export class OtlpGrpcExporter implements Component, LogsConsumer, TracesConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #channel: ClientOptions;
  #running: Running | undefined;

  /** `channel` overrides options of the gRPC channel, for tests. */
  constructor(context: ComponentContext, config: Config, channel: ClientOptions = {}) {
    this.#context = context;
    this.#config = config;
    this.#channel = channel;
  }

  async start(host: Host): Promise<void> {
    const { endpoint, tls, max_message_size, sending_queue } = this.#config;
    if (endpoint.startsWith('http://') && !tls.insecure) {
      this.#context.logger.warn('the endpoint says http://, but TLS is on: set tls.insecure for plain text', {
        endpoint,
      });
    }
    const client = await GrpcClient.create(this.#config, this.#channel);
    const pool = new WriterPool(sending_queue.num_consumers, 2 * max_message_size);
    const shared = { client, pool, maxBytes: max_message_size, timeoutMs: this.#config.timeout };
    const logs = { ...shared, method: LOGS_EXPORT, write: writeLogs };
    const traces = { ...shared, method: TRACES_EXPORT, write: writeTraces };
    this.#running = {
      client,
      logs: this.#deliver<LogRecord>(logs, estimateLogs, await this.#storage(host, 'logs')),
      traces: this.#deliver<Span>(traces, estimateSpans, await this.#storage(host, 'traces')),
    };
    await Promise.all([this.#running.logs.start(), this.#running.traces.start()]);
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.#running?.logs.consume(batch) ?? NOT_STARTED;
  }

  async consumeTraces(batch: SpanBatch): Promise<Outcome> {
    return this.#running?.traces.consume(batch) ?? NOT_STARTED;
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    if (this.#running === undefined) return;
    const { client, logs, traces } = this.#running;
    await Promise.all([logs.shutdown(deadline), traces.shutdown(deadline)]);
    client.close();
  }

  async #storage(host: Host, name: string): Promise<StorageClient | undefined> {
    const { enabled, storage } = this.#config.sending_queue;
    if (!enabled || storage === undefined) return undefined;
    return storageOf(host, storage, { kind: 'exporter', id: this.#context.id, name });
  }

  #deliver<T extends Scoped>(
    options: OtlpSenderOptions<T>,
    sizeOf: (batch: readonly T[]) => number,
    client: StorageClient | undefined,
  ): Delivery<T, EncodedItem> {
    const sender = new OtlpSender(options);
    const split = { limit: () => sender.limit, estimate: (batch: readonly T[]) => sender.estimate(batch) };
    const storage = client && storedDelivery(options, client);
    const { account, logger } = this.#context;
    return new Delivery({ sender, config: this.#config, sizeOf, laneOf, split, storage, account, logger });
  }
}

/** On disk are the very messages that the peer gets. */
function storedDelivery<T>(
  options: OtlpSenderOptions<T>,
  client: StorageClient,
): StoredDelivery<T, EncodedItem> {
  const sender = new OtlpSender<EncodedItem>({ ...options, write: writeEncoded });
  return {
    client,
    encode: (batch) => encodeMessages(batch, { ...options, limit: sender.limit }),
    decode: readRequest,
    sender,
    split: { limit: () => sender.limit, estimate: sizeOfEncoded },
  };
}
