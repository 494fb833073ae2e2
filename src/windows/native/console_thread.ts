import { parentPort } from 'node:worker_threads';
import koffi from 'koffi';
import { Libraries } from './libraries.ts';

// The thread that answers console events: Windows calls the handler on a thread that it makes, koffi has that one wait and
// calls back here, where nothing else is done.

/** wincon.h: CTRL_SHUTDOWN_EVENT. Node sees to the others. */
const SHUTDOWN = 6;

const HANDLER = koffi.proto('int32 SigelConsoleHandler(uint32 event)');
const nothing = new Int32Array(new SharedArrayBuffer(4));

const handler = koffi.register((event: number) => {
  if (event !== SHUTDOWN) return 0;
  parentPort?.postMessage({});
  // For good: see console_shutdown.ts.
  Atomics.wait(nothing, 0, 0);
  return 1;
}, koffi.pointer(HANDLER));

const set = new Libraries().find<(handler: bigint, add: number) => number>(
  'kernel32',
  'SetConsoleCtrlHandler',
  'int32',
  [koffi.pointer(HANDLER), 'int32'],
);
if (set.kind !== 'found') parentPort?.postMessage({ refused: set.message });
else if (set.call(handler, 1) === 0) parentPort?.postMessage({ refused: 'Windows did not take the handler' });
// Keeps the thread, not the process.
parentPort?.on('message', () => {});
