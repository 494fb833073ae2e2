import { Worker } from 'node:worker_threads';

/**
 * Calls `onShutdown` when Windows tells this process that it shuts down (CTRL_SHUTDOWN_EVENT): what a HostProcess
 * container gets in the place of SIGTERM (a service gets controls: hosted_service.ts). Node hands all console events on but that.
 * What the system does when its handler returns is to end the process, so the handler never does: it waits in a thread of
 * its own until the process has ended by itself, or the system's patience is over. `warn` takes why that cannot be had.
 */
export function onConsoleShutdown(onShutdown: () => void, warn: (reason: string) => void): void {
  const worker = new Worker(ownWorker());
  worker.on('message', (message: { readonly refused?: string }) => {
    if (message.refused === undefined) onShutdown();
    else warn(message.refused);
  });
  worker.on('error', (error) => warn(String(error)));
  worker.unref();
}

// Built, the sources are .js.
function ownWorker(): URL {
  const file = import.meta.url.endsWith('.ts') ? './console_thread.ts' : './console_thread.js';
  return new URL(file, import.meta.url);
}
