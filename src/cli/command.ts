import type { Writable } from 'node:stream';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where text goes: the process's own stream, or a stream of a test. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command may touch of the process that runs it. */
export interface Io {
  /** Data only. */
  readonly stdout: Output;
  /** Diagnostics, progress, questions of form. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * From this call on the first SIGINT or SIGTERM aborts the returned signal instead of ending the process,
   * so that the command can stop in order; a second one ends it at once. The same when stdout's reader goes.
   * The abort reason is an {@link Interruption}.
   */
  interruptible(): AbortSignal;
  /** From this call on a SIGHUP, where the system has it, calls `reload` instead of ending the process. */
  onReload(reload: () => void): void;
  /** Everything runs: whoever waits for that, as Windows does of a service, is told. */
  running(): void;
}

/** Why a command was interrupted, and the exit code that says so (128 + the signal's number; 0 for a gone reader). */
export interface Interruption {
  readonly cause: 'SIGINT' | 'SIGTERM' | 'EPIPE';
  readonly exitCode: number;
}

/** Exit codes of every command. */
export const ExitCode = { done: 0, failed: 1, usage: 2 } as const;

/** A command of `sigel`. The module of a command stays cheap to load: what is heavy it imports in `run`. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The whole text of `--help`: usage line, what it does, options, exit codes where special. Ends with a newline. */
  readonly help: string;
  /** Runs with the arguments behind the command's name (`--help` is already handled); resolves to the exit code. */
  run(args: string[], io: Io): Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Arguments that were understood, or what is wrong with them. */
export type ParsedArgs<O extends Options> =
  | ({ readonly kind: 'parsed' } & ReturnType<
      typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
    >)
  | { readonly kind: 'wrong'; readonly message: string };

/** node:util parseArgs, strict, with its complaints as a value in one line. */
export function parseCommandLine<const O extends Options>(
  args: readonly string[],
  options: O,
): ParsedArgs<O> {
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { kind: 'parsed', ...parsed };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Node's explanation of how to pass a positional that starts with a dash is longer than the error.
    const [first = message] = message.split(/\. To specify a positional|\n/);
    return { kind: 'wrong', message: first };
  }
}

/** Says on stderr what is wrong with the command line and where help is; returns the exit code. */
export function wrongUsage(io: Io, command: string, message: string): number {
  io.stderr.write(`sigel ${command}: ${message}\nSee 'sigel ${command} --help'.\n`);
  return ExitCode.usage;
}

/**
 * Writes data, waiting where the reader is slow, so that output of any length stays bounded in memory. Never
 * rejects: what to do about a reader that is gone, or a full disk, is decided in main.ts.
 */
export async function writeOut(output: Output, data: string | Uint8Array): Promise<void> {
  if (output.destroyed || output.write(data)) return;
  const ready = Promise.withResolvers<void>();
  const events = ['drain', 'close', 'error'] as const;
  for (const event of events) output.once(event, ready.resolve);
  await ready.promise;
  for (const event of events) output.off(event, ready.resolve);
}
