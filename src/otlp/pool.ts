import { ProtobufWriter } from './writer.ts';

/** Writers that are handed out again instead of allocating megabytes for every message. */
export class WriterPool {
  readonly #idle: ProtobufWriter[] = [];
  readonly #maxIdle: number;
  readonly #maxBytes: number;

  /** Keeps at most `maxIdle` writers, none with a buffer above `maxBytes`. */
  constructor(maxIdle: number, maxBytes: number) {
    this.#maxIdle = maxIdle;
    this.#maxBytes = maxBytes;
  }

  /** An empty writer. */
  take(): ProtobufWriter {
    return this.#idle.pop() ?? new ProtobufWriter();
  }

  /** Gives a writer back; its view is used no more. */
  give(writer: ProtobufWriter): void {
    if (this.#idle.length >= this.#maxIdle || writer.capacity > this.#maxBytes) return;
    writer.reset();
    this.#idle.push(writer);
  }
}
