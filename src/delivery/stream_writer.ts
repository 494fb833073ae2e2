import type { Writable } from 'node:stream';

/**
 * Writes text to a stream that belongs to the process (stdout, stderr), so that a reader that goes away (`| head`)
 * is an answer and no crash. The stream is never closed.
 */
export class StreamWriter {
  readonly #stream: Writable;
  #failure: string | undefined;
  readonly #onError = (error: Error) => {
    this.#failure ??= error.message;
  };

  /** From here on errors of the stream are taken; call {@link release} in the end. */
  constructor(stream: Writable) {
    this.#stream = stream;
    // A failed write is reported twice: to its callback and as an event, which without a listener ends the process.
    stream.on('error', this.#onError);
  }

  /** Resolves when the text was handed to the operating system, or with the reason why that failed. */
  async write(text: string): Promise<string | undefined> {
    if (this.#failure !== undefined) return this.#failure;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.#stream.write(text, (error) => resolve(error?.message));
    this.#failure ??= await promise;
    return this.#failure;
  }

  /** Leaves the stream alone again. After a failure the listener stays, since the event may come late. */
  release(): void {
    if (this.#failure === undefined) this.#stream.off('error', this.#onError);
  }
}
