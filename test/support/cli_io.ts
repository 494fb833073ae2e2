import { PassThrough } from 'node:stream';
import type { Interruption, Io } from '../../src/cli/command.ts';

/** A terminal for tests: what a command writes, and a way to interrupt it. */
export class TestIo implements Io {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #interruption = new AbortController();

  constructor(env: Readonly<Record<string, string | undefined>> = {}) {
    this.env = env;
  }

  interruptible(): AbortSignal {
    return this.#interruption.signal;
  }

  /** What SIGINT does. */
  interrupt(): void {
    this.#interruption.abort({ cause: 'SIGINT', exitCode: 130 } satisfies Interruption);
  }

  /** What was written to stdout since the last call. */
  out(): string {
    return String(this.stdout.read() ?? '');
  }

  /** What was written to stderr since the last call, times left out. */
  err(): string {
    return String(this.stderr.read() ?? '').replaceAll(/^\d{4}-\S+Z /gm, '');
  }
}
