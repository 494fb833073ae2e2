import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Finding } from '../finding.ts';
import { judged } from '../finding.ts';
import { libraries, pause } from '../observe.ts';
import { startSigel } from '../running_sigel.ts';

/** wincon.h: CTRL_C_EVENT, CTRL_BREAK_EVENT. */
const EVENTS = { 'ctrl-c': 0, 'ctrl-break': 1 } as const;
/** CTRL_SHUTDOWN_EVENT. */
const SHUTDOWN = 6n;
/** winnt.h: what CreateRemoteThread asks of a process. */
const CREATE_THREAD_RIGHTS = 0x043a;

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
  return ended(key, child, pause(Number(seconds) * 1000), () => found.call(event, 0) !== 0);
}

/**
 * Runs Sigel with ARGS until everything is running, then tells it that the system shuts down, as the runtime of HostProcess
 * containers does when one is ended (hcsshim, internal/jobcontainers): a thread in it that begins in kernel32's CtrlRoutine.
 */
export async function shutDown(...args: readonly string[]): Promise<readonly Finding[]> {
  const sigel = await startSigel(args);
  const found = await ended('ctrl-shutdown', sigel.child, undefined, tellShutdown);
  sigel.dispose();
  return found;
}

function tellShutdown(pid: number): boolean {
  const of = (name: string, result: string, types: readonly string[]) => {
    const found = libraries.find<(...given: readonly (string | number | bigint | null)[]) => bigint | number>(
      'kernel32',
      name,
      result,
      types,
    );
    if (found.kind !== 'found') throw new Error(found.message);
    return found.call;
  };
  const module = of('GetModuleHandleW', 'uint64', ['str16'])('kernel32.dll');
  const routine = of('GetProcAddress', 'uint64', ['uint64', 'str'])(module, 'CtrlRoutine');
  const handle = of('OpenProcess', 'uint64', ['uint32', 'int32', 'uint32'])(CREATE_THREAD_RIGHTS, 0, pid);
  if (BigInt(routine) === 0n || BigInt(handle) === 0n) return false;
  const create = of('CreateRemoteThread', 'uint64', [
    'uint64',
    'void *',
    'uint64',
    'uint64',
    'uint64',
    'uint32',
    'void *',
  ]);
  return BigInt(create(handle, null, 0n, routine, SHUTDOWN, 0, null)) !== 0n;
}

/** Whether a program ends in order when it is told to, as soon as it is `ready`. */
async function ended(
  key: string,
  child: ChildProcess,
  ready: Promise<unknown> | undefined,
  tell: (pid: number) => boolean,
): Promise<readonly Finding[]> {
  const exited = once(child, 'exit');
  if (ready !== undefined) await Promise.race([exited, ready]);
  const wasAlive = child.exitCode === null;
  const began = performance.now();
  const sent = tell(child.pid ?? 0);
  if (sent) await Promise.race([exited, pause(15_000)]);
  const took = Math.round(performance.now() - began);
  const { exitCode } = child;
  if (exitCode === null) child.kill();
  const wrong = !wasAlive
    ? `it ended by itself with ${exitCode}`
    : !sent
      ? 'it could not be told'
      : exitCode === null
        ? 'it did not end within 15 s'
        : exitCode === 0 || exitCode === 130 || exitCode === 143
          ? undefined
          : `it ended with ${exitCode}: not in order`;
  return [judged(key, wrong, `it ended in order, with ${exitCode}, after ${took} ms`, { exitCode, took })];
}
