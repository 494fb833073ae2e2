import type { Component, ComponentContext, Host, LogsConsumer, TracesConsumer } from '../component.ts';
import { Delivery, type DeliveryOptions, type StoredDelivery } from '../delivery/delivery.ts';
import { laneOf } from '../delivery/lanes.ts';
import type { LogBatch, LogRecord } from '../model/log_record.ts';
import { type Outcome, retryLater } from '../model/outcome.ts';
import type { Span, SpanBatch } from '../model/span.ts';
import { type StorageClient, storageOf } from '../storage/storage.ts';
import { encodeMessages } from './encode_messages.ts';
import { type EncodedItem, readRequest, sizeOfEncoded, writeEncoded } from './encoded.ts';
import type { Scoped } from './group.ts';
import { WriterPool } from './pool.ts';
import { type ExportClient, OtlpSender, type OtlpSenderOptions } from './sender.ts';
import { estimateLogs, estimateSpans } from './size.ts';

/** What exporters of OTLP have in common, parsed. */
export interface OtlpExporterConfig {
  readonly sending_queue: DeliveryOptions<unknown>['config']['sending_queue'];
  readonly retry_on_failure: DeliveryOptions<unknown>['config']['retry_on_failure'];
  /** Bytes. */
  readonly max_message_size: number;
  /** Milliseconds of one attempt. */
  readonly timeout: number;
}

/** How a signal is written for the peer, and what its answers say. */
export type SignalForm<T> = Pick<OtlpSenderOptions<T>, 'method' | 'write' | 'read'>;

/** A protocol that OTLP goes over. */
export interface OtlpTransport {
  readonly logs: SignalForm<LogRecord>;
  readonly traces: SignalForm<Span>;
  /** Makes the client; rejects when it cannot work at all. */
  connect(host: Host): Promise<ExportClient & { close(): void }>;
}

interface Running {
  readonly close: () => void;
  readonly logs: Delivery<LogRecord, EncodedItem>;
  readonly traces: Delivery<Span, EncodedItem>;
}

const NOT_STARTED = retryLater('the exporter is not started');

/** Logs and traces share the connection and the buffers; each signal has a queue of its own. */
export class OtlpExporter implements Component, LogsConsumer, TracesConsumer {
  readonly #context: ComponentContext;
  readonly #config: OtlpExporterConfig;
  readonly #transport: OtlpTransport;
  #running: Running | undefined;

  constructor(context: ComponentContext, config: OtlpExporterConfig, transport: OtlpTransport) {
    this.#context = context;
    this.#config = config;
    this.#transport = transport;
  }

  async start(host: Host): Promise<void> {
    const { max_message_size, sending_queue, timeout } = this.#config;
    const client = await this.#transport.connect(host);
    const pool = new WriterPool(sending_queue.num_consumers, 2 * max_message_size);
    const shared = { client, pool, maxBytes: max_message_size, timeoutMs: timeout };
    const logs = { ...shared, ...this.#transport.logs };
    const traces = { ...shared, ...this.#transport.traces };
    this.#running = {
      close: () => client.close(),
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
    const { close, logs, traces } = this.#running;
    await Promise.all([logs.shutdown(deadline), traces.shutdown(deadline)]);
    close();
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
