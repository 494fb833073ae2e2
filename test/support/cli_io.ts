import { PassThrough } from 'node:stream';
import type { Interruption, Io } from '../../src/cli/command.ts';
import { dispatch } from '../../src/cli/dispatch.ts';

/** A terminal for tests: what a command writes, and a way to interrupt it. */
export class TestIo implements Io {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #interruption = new AbortController();
  #reload: () => void = () => {};

  constructor(env: Readonly<Record<string, string | undefined>> = {}) {
    this.env = env;
  }

  interruptible(): AbortSignal {
    return this.#interruption.signal;
  }

  onReload(reload: () => void): void {
    this.#reload = reload;
  }

  running(): void {}

  /** What SIGHUP does. */
  hangUp(): void {
    this.#reload();
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

/** How a command ended and what it said. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of `sigel` in this process, to its end. */
export async function runCli(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CliRun> {
  const io = new TestIo(env);
  let stdout = '';
  let stderr = '';
  // Read all along, since commands wait for a slow reader.
  io.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  io.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await dispatch(args, io);
  await new Promise((resolve) => setImmediate(resolve));
  return { code, stdout, stderr };
}
