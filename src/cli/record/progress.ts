import type { SessionRecorder } from '../../windows/recording/session_recorder.ts';
import type { Output } from '../command.ts';

const INTERVAL_MS = 200;

/** A line on a terminal that is rewritten while it is recorded; nothing where stderr is no terminal. */
export class RecordProgress {
  readonly #output: Output;
  readonly #began = performance.now();
  #last = 0;
  #shown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(recorders: readonly SessionRecorder[]): void {
    const now = performance.now();
    if (this.#output.isTTY !== true || now - this.#last < INTERVAL_MS) return;
    this.#last = now;
    this.#shown = true;
    const seconds = Math.floor((now - this.#began) / 1000);
    const sum = (of: (recorder: SessionRecorder) => number): number =>
      recorders.reduce((total, recorder) => total + of(recorder), 0);
    const size = (sum(({ bytes }) => bytes) / 2 ** 20).toFixed(1);
    const lost = sum(({ loss }) => loss.events);
    this.#output.write(
      `\r\u001b[Krecording: ${seconds} s, ${sum(({ buffers }) => buffers)} buffers, ${size} MiB, ${lost} events lost (Ctrl+C ends it)`,
    );
  }

  clear(): void {
    if (this.#shown) this.#output.write('\r\u001b[K');
    this.#shown = false;
  }
}
