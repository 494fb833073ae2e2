import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Finding } from '../finding.ts';
import { judged } from '../finding.ts';
import { libraries, pause } from '../observe.ts';

/** wincon.h: CTRL_C_EVENT, CTRL_BREAK_EVENT. */
const EVENTS = { 'ctrl-c': 0, 'ctrl-break': 1 } as const;

/**
 * Runs `node ARGS`, lets it be for some seconds, then presses Ctrl+C or Ctrl+Break in this console. Must have
 * a console of its own: all its processes hear it. The other one's output goes to a file.
 */
export async function press(
  key: string,
  seconds: string,
  ...args: readonly string[]
): Promise<readonly Finding[]> {
  const event = key === 'ctrl-break' ? EVENTS['ctrl-break'] : EVENTS['ctrl-c'];
  const found = libraries.find<(event: number, group: number) => number>(
    'kernel32',
    'GenerateConsoleCtrlEvent',
    'int32',
    ['uint32', 'uint32'],
  );
  if (found.kind !== 'found') return [judged(key, found.message, '')];
  // Whoever started this may have had Ctrl+C ignored, which programs inherit; this process is to outlive it.
  const heed = libraries.find<(handler: null, ignored: number) => number>(
    'kernel32',
    'SetConsoleCtrlHandler',
    'int32',
    ['void *', 'int32'],
  );
  if (heed.kind === 'found') {
    const { call: setHandler } = heed;
    setHandler(null, 0);
  }
  for (const signal of ['SIGINT', 'SIGBREAK'] as const) process.on(signal, () => undefined);
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const exited = once(child, 'exit');
  await Promise.race([exited, pause(Number(seconds) * 1000)]);
  const wasAlive = child.exitCode === null;
  const began = performance.now();
  const sent = found.call(event, 0);
  if (sent !== 0) await Promise.race([exited, pause(15_000)]);
  const took = Math.round(performance.now() - began);
  const { exitCode } = child;
  if (exitCode === null) child.kill();
  const wrong = !wasAlive
    ? `it ended by itself with ${exitCode}`
    : sent === 0
      ? 'the key could not be pressed'
      : exitCode === null
        ? 'it did not end within 15 s'
        : exitCode === 0 || exitCode === 130 || exitCode === 143
          ? undefined
          : `it ended with ${exitCode}: not in order`;
  return [judged(key, wrong, `it ended in order, with ${exitCode}, after ${took} ms`, { exitCode, took })];
}
