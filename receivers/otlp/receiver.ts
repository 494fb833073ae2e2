import { Buffer } from 'node:buffer';
import { Metadata, type sendUnaryData, status } from '@grpc/grpc-js';
import type { z } from 'zod';
import type { Component, ComponentContext, LogsConsumer } from '../../src/component.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { LogsReader } from '../../src/otlp/read/read_logs.ts';
import type { otlpConfig } from './config.ts';
import { LogsServer } from './server.ts';

type OtlpConfig = z.infer<typeof otlpConfig>;

/** Between two complaints about requests that cannot be read, in milliseconds. */
const SAY_AGAIN_MS = 60_000;
/** ExportLogsServiceResponse without partial_success: all was taken. */
const TAKEN = Buffer.alloc(0);

/**
 * Takes logs over OTLP/gRPC; see README.md. A request is answered when the pipelines have settled it, and counted then: one
 * that is refused for now stays its sender's, who offers it again.
 */
export class OtlpReceiver implements Component {
  readonly #context: ComponentContext;
  readonly #config: OtlpConfig;
  readonly #next: LogsConsumer | undefined;
  readonly #reader = new LogsReader();
  readonly #server: LogsServer;
  /** Bytes of requests that are not answered yet. */
  #inFlight = 0;
  #port: number | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(context: ComponentContext, config: OtlpConfig, next: LogsConsumer | undefined) {
    this.#context = context;
    this.#config = config;
    this.#next = next;
    this.#server = new LogsServer(config.protocols.grpc, context.logger, (request, answer) => {
      void this.#take(request, answer);
    });
  }

  /** The port it listens at, while it does. */
  get port(): number | undefined {
    return this.#port;
  }

  async start(): Promise<void> {
    const { host } = this.#config.protocols.grpc.endpoint;
    this.#port = await this.#server.start();
    this.#context.logger.info('logs are received over OTLP/gRPC', { endpoint: `${host}:${this.#port}` });
  }

  shutdown(deadline: AbortSignal): Promise<void> {
    return this.#server.stop(deadline);
  }

  async #take(request: Buffer, answer: sendUnaryData<Uint8Array>): Promise<void> {
    const { max_in_flight } = this.#config;
    // One that is larger than all that may be in flight goes alone.
    if (this.#inFlight > 0 && this.#inFlight + request.length > max_in_flight)
      return refuse(answer, status.UNAVAILABLE, 'too much is in flight (max_in_flight)');
    this.#inFlight += request.length;
    try {
      await this.#hand(request, answer);
    } catch (error) {
      this.#context.logger.error('a request could not be handled', { error: String(error) });
      refuse(answer, status.INTERNAL, 'the request could not be handled');
    } finally {
      this.#inFlight -= request.length;
    }
  }

  async #hand(request: Buffer, answer: sendUnaryData<Uint8Array>): Promise<void> {
    const batch = this.#read(request);
    if (batch === undefined) return refuse(answer, status.INVALID_ARGUMENT, 'no ExportLogsServiceRequest');
    const outcome = batch.length === 0 ? ACCEPTED : await this.#offer(batch);
    if (outcome.kind === 'accepted') answer(null, TAKEN);
    else refuse(answer, outcome.retryable ? status.UNAVAILABLE : status.INTERNAL, outcome.reason);
  }

  #read(request: Buffer): LogRecord[] | undefined {
    try {
      return this.#reader.read(request);
    } catch (error) {
      this.#sayUnreadable(String(error));
      return undefined;
    }
  }

  // Whoever reaches the port may send nonsense as often as he likes.
  #sayUnreadable(error: string): void {
    const now = performance.now();
    if (now - this.#saidAt < SAY_AGAIN_MS) return;
    this.#saidAt = now;
    this.#context.logger.warn('a request is no ExportLogsServiceRequest', { error });
  }

  async #offer(batch: readonly LogRecord[]): Promise<Outcome> {
    const { account } = this.#context;
    const outcome = (await this.#next?.consumeLogs(batch)) ?? ACCEPTED;
    if (outcome.kind === 'refused' && outcome.retryable) return outcome;
    account.read += batch.length;
    account.emitted += batch.length;
    if (outcome.kind === 'refused') account.drop('refused', batch.length);
    return outcome;
  }
}

function refuse(answer: sendUnaryData<Uint8Array>, code: status, details: string): void {
  answer({ code, details, metadata: new Metadata() });
}
