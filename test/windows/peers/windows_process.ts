import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, exitCode } from '../../interop/peers/process.ts';

/** A Windows program that runs. */
export interface WindowsProcess {
  /** The Unix process that runs the program itself, not a loader beside it. */
  readonly pid: number;
  /** What it wrote until now. */
  stdout(): string;
  stderr(): string;
  /** Its end. The code is null after a signal; Unix keeps the low 8 bits of it. */
  readonly ended: Promise<Ended>;
  /** Ctrl+C, which Node sees as SIGINT; by force when it has not ended after `patience` ms. */
  stop(patience?: number): Promise<Ended>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<Ended>;
}

interface StartOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
  readonly patience: number;
}

/** Starts a program with files for its output: on a Unix pipe, node.exe under Wine fails with EBADF. */
export function startProgram(
  command: string,
  args: readonly string[],
  { env, cwd, patience }: StartOptions,
): WindowsProcess {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-windows-'));
  const files = { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') };
  const [out, err] = [openSync(files.stdout, 'w'), openSync(files.stderr, 'w')];
  const child = spawn(command, args, {
    stdio: ['ignore', out, err],
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  for (const fd of [out, err]) closeSync(fd);
  let end: Ended | undefined;
  const ended = finish(child, files, folder, patience).then((value) => {
    end = value;
    return value;
  });
  return {
    pid: child.pid ?? -1,
    stdout: () => end?.stdout ?? readFileSync(files.stdout, 'utf8'),
    stderr: () => end?.stderr ?? readFileSync(files.stderr, 'utf8'),
    ended,
    stop: async (limit = 20_000) => {
      child.kill('SIGINT');
      const given = new AbortController();
      const late = sleep(limit, undefined, { signal: given.signal }).then(
        () => child.kill('SIGKILL'),
        () => false,
      );
      await Promise.race([ended, late]);
      given.abort();
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

async function finish(
  child: ChildProcess,
  files: { readonly stdout: string; readonly stderr: string },
  folder: string,
  patience: number,
): Promise<Ended> {
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  try {
    const code = await exitCode(child);
    return { code, stdout: readFileSync(files.stdout, 'utf8'), stderr: readFileSync(files.stderr, 'utf8') };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}
