import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer, TracesConsumer } from '../../src/component.ts';
import { retryOnFailure, sendingQueue } from '../../src/delivery/config.ts';
import { Delivery } from '../../src/delivery/delivery.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Span, SpanBatch } from '../../src/model/span.ts';
import { logsToJson, tracesToJson } from '../../src/otlp/json.ts';
import { estimateLogs, estimateSpans } from '../../src/otlp/size.ts';
import type { fileConfig } from './config.ts';
import { LineFile } from './line_file.ts';
import { fileSink, type Sink, streamSink } from './sink.ts';

type Config = z.infer<typeof fileConfig>;

/** No queue and no repetition: a batch is written or, when the disk is full, handed back to be offered again. */
const DIRECT = {
  sending_queue: sendingQueue.parse({ enabled: false }),
  retry_on_failure: retryOnFailure.parse({ enabled: false }),
};

/** Acknowledges a batch when its line was handed to the operating system. */
export class FileExporter implements Component, LogsConsumer, TracesConsumer {
  readonly #context: ComponentContext;
  readonly #config: Config;
  readonly #sink: Sink;
  readonly #logs: Delivery<LogRecord>;
  readonly #traces: Delivery<Span>;
  #timer: NodeJS.Timeout | undefined;
  #open = false;

  /** `sink` stands in for the file, for tests. */
  constructor(context: ComponentContext, config: Config, sink?: Sink) {
    this.#context = context;
    this.#config = config;
    this.#sink = sink ?? (config.path === '-' ? streamSink(process.stdout) : fileSink(new LineFile(config)));
    this.#logs = this.#deliver<LogRecord>(logsToJson, estimateLogs);
    this.#traces = this.#deliver(tracesToJson, estimateSpans);
  }

  async start(): Promise<void> {
    const { path, flush_interval } = this.#config;
    try {
      await this.#sink.open();
    } catch (error) {
      throw new Error(`path: cannot open ${path}: ${reasonOf(error)}`, { cause: error });
    }
    this.#open = true;
    if (flush_interval > 0) this.#timer = setInterval(() => void this.#sync(), flush_interval).unref();
  }

  async consumeLogs(batch: LogBatch): Promise<Outcome> {
    return this.#logs.consume(batch);
  }

  async consumeTraces(batch: SpanBatch): Promise<Outcome> {
    return this.#traces.consume(batch);
  }

  async shutdown(deadline: AbortSignal): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#logs.shutdown(deadline), this.#traces.shutdown(deadline)]);
    if (!this.#open) return;
    this.#open = false;
    try {
      await this.#sink.close();
    } catch (error) {
      this.#failed('the file could not be closed properly', error);
    }
  }

  #deliver<T>(toJson: (batch: readonly T[]) => string, sizeOf: (batch: readonly T[]) => number): Delivery<T> {
    const { account, logger } = this.#context;
    const sender = { send: (batch: readonly T[]) => this.#sink.add(() => toJson(batch)) };
    return new Delivery({ sender, config: DIRECT, sizeOf, account, logger });
  }

  async #sync(): Promise<void> {
    try {
      await this.#sink.sync();
    } catch (error) {
      this.#failed('what was written could not be forced to the disk', error);
    }
  }

  #failed(message: string, error: unknown): void {
    this.#context.logger.error(message, { path: this.#config.path, reason: reasonOf(error) });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
