import { Buffer } from 'node:buffer';
import type { Component, ComponentContext, Host, LogsConsumer } from '../../src/component.ts';
import { Delivery, type StoredDelivery } from '../../src/delivery/delivery.ts';
import { laneOf } from '../../src/delivery/lanes.ts';
import type { Encoded } from '../../src/delivery/persistent_queue.ts';
import type { Sender } from '../../src/delivery/sender.ts';
import type { SplitOptions } from '../../src/delivery/split.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { type Outcome, retryLater } from '../../src/model/outcome.ts';
import { authenticatorOf } from '../../src/otlp/auth.ts';
import { HttpClient } from '../../src/otlp/http/client.ts';
import { estimateLogs } from '../../src/otlp/size.ts';
import { type StorageClient, storageOf } from '../../src/storage/storage.ts';
import type { WebhookConfig } from './config.ts';
import { lineSender } from './sender.ts';
import { signatureOf } from './signature.ts';
import { render } from './template.ts';

interface Running {
  readonly client: HttpClient;
  readonly logs: Delivery<LogRecord, string>;
}

const NOT_STARTED = retryLater('the exporter is not started');

/** Posts records as JSON, each or in arrays. */
export class WebhookExporter implements Component, LogsConsumer {
  readonly #context: ComponentContext;
  readonly #config: WebhookConfig;
  readonly #split: SplitOptions<unknown>;
  #running: Running | undefined;

  constructor(context: ComponentContext, config: WebhookConfig) {
    this.#context = context;
    this.#config = config;
    // Counted in records: what the split foresees is how many go into a request.
    const limit = config.max_records ?? 1;
    this.#split = { limit: () => limit, estimate: ({ length }) => length };
  }

  async start(host: Host): Promise<void> {
    const { hmac, auth, sending_queue } = this.#config;
    const { account, logger, id } = this.#context;
    const client = await HttpClient.create(
      { ...this.#config, encoding: 'json', compression: 'none' },
      {
        authenticator: authenticatorOf(host, auth),
        logger,
        ...(hmac !== undefined && { headersOf: (body) => signatureOf(hmac, body) }),
      },
    );
    const lines = lineSender(client, this.#config);
    const storage =
      sending_queue.enabled && sending_queue.storage !== undefined
        ? await storageOf(host, sending_queue.storage, { kind: 'exporter', id, name: 'logs' })
        : undefined;
    const logs = new Delivery<LogRecord, string>({
      sender: { send: (batch, signal) => lines.send(this.#lines(batch), signal) },
      config: this.#config,
      sizeOf: estimateLogs,
      laneOf,
      split: this.#split,
      storage: storage && this.#stored(storage, lines),
      account,
      logger,
    });
    this.#running = { client, logs };
    await logs.start();
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.#running?.logs.consume(batch) ?? NOT_STARTED;
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    if (this.#running === undefined) return;
    await this.#running.logs.shutdown(deadline);
    this.#running.client.close();
  }

  #lines(batch: LogBatch): string[] {
    return batch.map((record) => render(this.#config.body, record));
  }

  /** On disk are records as they are sent, a line each. */
  #stored(client: StorageClient, sender: Sender<string>): StoredDelivery<LogRecord, string> {
    const encode = (batch: LogBatch): Encoded => {
      const bytes = Buffer.from(this.#lines(batch).join('\n'));
      return { messages: [{ bytes, items: batch.length }], drops: [] };
    };
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).split('\n');
    return { client, encode, decode, sender, split: this.#split };
  }
}
