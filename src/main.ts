#!/usr/bin/env node
import process from 'node:process';
import type { Interruption, Io } from './cli/command.ts';
import { dispatch } from './cli/dispatch.ts';
import { keepHeapSmall } from './heap.ts';

// The only file that ends the process.

// Before anything that allocates: every command's modules are loaded when it is dispatched.
keepHeapSmall();

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

let interruption: AbortController | undefined;

/** Stops in order what can stop in order; a second request, or where nothing can, ends at once. */
function interrupt(reason: Interruption): void {
  if (interruption === undefined || (interruption.signal.aborted && reason.cause !== 'EPIPE'))
    process.exit(reason.exitCode);
  interruption.abort(reason);
}

function interruptible(): AbortSignal {
  if (interruption === undefined) {
    interruption = new AbortController();
    for (const cause of ['SIGINT', 'SIGTERM'] as const) {
      process.on(cause, () => interrupt({ cause, exitCode: EXIT_CODES[cause] }));
    }
    // Windows: the console is closed (some seconds are left then), and Ctrl+Break.
    if (process.platform === 'win32') {
      const terminate = () => interrupt({ cause: 'SIGTERM', exitCode: EXIT_CODES.SIGTERM });
      for (const signal of ['SIGHUP', 'SIGBREAK'] as const) process.on(signal, terminate);
      void heedShutdown(terminate);
    }
  }
  return interruption.signal;
}

/** What a HostProcess container gets instead. koffi is loaded where something can be stopped, and not before. */
async function heedShutdown(terminate: () => void): Promise<void> {
  const { onConsoleShutdown } = await import('./windows/native/console_shutdown.ts');
  onConsoleShutdown(terminate, (reason) =>
    process.stderr.write(`sigel: the end of a container is not noticed: ${reason}\n`),
  );
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has what it wanted (`sigel inspect … | head`).
  if (error.code === 'EPIPE') interrupt({ cause: 'EPIPE', exitCode: 0 });
  else {
    process.stderr.write(`sigel: cannot write to stdout: ${error.message}\n`);
    process.exit(1);
  }
});
// Nobody reads diagnostics any more; the work goes on.
process.stderr.on('error', () => {});

/** On Windows SIGHUP says that the console was closed: see above. */
function onReload(reload: () => void): void {
  if (process.platform !== 'win32') process.on('SIGHUP', reload);
}

const { stdout, stderr, env } = process;
const io: Io = { stdout, stderr, env, interruptible, onReload, running: () => {} };

let code: number;
try {
  code = await dispatch(process.argv.slice(2), io);
} catch (error) {
  process.stderr.write(`sigel: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  code = 1;
}
// What is written is on its way only when the stream says so; after that nothing holds the process.
for (const stream of [process.stdout, process.stderr]) {
  if (!stream.destroyed) await new Promise((resolve) => stream.write('', resolve));
}
process.exit(code);
