import type { Buffer } from 'node:buffer';
import { type Failure, type Sender, type SendResult, sentPartly } from '../delivery/sender.ts';
import type { WriterPool } from './pool.ts';
import type { PartialSuccess } from './response.ts';
import type { ProtobufWriter } from './writer.ts';

/** What the peer answered, or why it did not. */
export type ExportAnswer = { readonly kind: 'answer'; readonly body: Uint8Array } | Failure;

/** Takes encoded messages to a peer. */
export interface ExportClient {
  /**
   * Sends a message, which must stay unchanged until the promise settles: at the latest after `timeoutMs`, and soon
   * after the signal aborts. Never rejects.
   */
  call(method: string, message: Buffer, timeoutMs: number, signal: AbortSignal): Promise<ExportAnswer>;
}

/** How one signal is exported. */
export interface OtlpSenderOptions<T> {
  readonly client: ExportClient;
  /** The gRPC method, `/package.Service/Method`, or the URL. */
  readonly method: string;
  /** Encodes a request; false when it would be longer than the limit. */
  readonly write: (writer: ProtobufWriter, batch: readonly T[], limit: number) => boolean;
  /** What the body of an answer says. */
  readonly read: (body: Uint8Array) => PartialSuccess;
  /** Bytes in one message at most, before compression. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly pool: WriterPool;
}

/** Sends a batch as one OTLP export request. */
export class OtlpSender<T> implements Sender<T> {
  readonly #options: OtlpSenderOptions<T>;
  /** A moving average of what an item took; 0 before the first. */
  #bytesPerItem = 0;
  /** The shortest message that the peer found too large. */
  #refused = Number.POSITIVE_INFINITY;

  constructor(options: OtlpSenderOptions<T>) {
    this.#options = options;
  }

  /** The longest message worth a try: max_message_size, or less when the peer has refused that. */
  get limit(): number {
    return Math.min(this.#options.maxBytes, this.#refused - 1);
  }

  /** About how many bytes a batch will take, going by what was sent before. */
  estimate(batch: readonly T[]): number {
    return batch.length * this.#bytesPerItem;
  }

  async send(batch: readonly T[], signal: AbortSignal): Promise<SendResult> {
    const { client, method, write, read, maxBytes, timeoutMs, pool } = this.#options;
    const writer = pool.take();
    try {
      if (!write(writer, batch, maxBytes)) {
        return { kind: 'too_large', reason: `more than max_message_size, ${maxBytes} bytes` };
      }
      this.#learn(writer.length / Math.max(1, batch.length));
      const answer = await client.call(method, writer.view(), timeoutMs, signal);
      if (answer.kind === 'too_large') this.#refused = Math.min(this.#refused, writer.length);
      if (answer.kind !== 'answer') return answer;
      const { rejected, message } = read(answer.body);
      return sentPartly(batch.length, rejected, message);
    } finally {
      // A cancelled call may still be compressing these bytes, but what comes of it is thrown away.
      pool.give(writer);
    }
  }

  #learn(bytes: number): void {
    this.#bytesPerItem = this.#bytesPerItem === 0 ? bytes : 0.8 * this.#bytesPerItem + 0.2 * bytes;
  }
}
