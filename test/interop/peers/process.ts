import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a program that has ended ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest output kept of either stream, in characters: the beginning is dropped, the end tells why. */
const MAX_LOG = 1 << 20;

/** Collects a child's output, the last {@link MAX_LOG} characters of it. */
export function capture(stream: NodeJS.ReadableStream | null, echo?: (line: string) => void): () => string {
  let text = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    text = (text + chunk).slice(-MAX_LOG);
    echo?.(chunk);
  });
  return () => text;
}

/** Runs a program to its end. Never rejects for an exit code; rejects when it cannot be started. */
export async function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Ended> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const stdout = capture(child.stdout);
  const stderr = capture(child.stderr);
  return { code: await exitCode(child), stdout: stdout(), stderr: stderr() };
}

/** The exit code of a child, once its output is through; null after a signal. Rejects when it did not start. */
export function exitCode(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** Whether a program can be started and answers `args` with exit code 0. */
export async function answers(command: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await run(command, args)).code === 0;
  } catch {
    return false;
  }
}

/** Ends a child by its pid: SIGTERM, and SIGKILL when it has not ended after `patience` ms. */
export async function stop(child: ChildProcess, patience = 20_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const given = new AbortController();
  const late = sleep(patience, 'late' as const, { signal: given.signal }).catch(() => 'ended' as const);
  if ((await Promise.race([ended.then(() => 'ended' as const), late])) === 'late') child.kill('SIGKILL');
  await ended;
  given.abort();
}

/** Waits until a condition holds, asking every 20 ms. Rejects, naming it, after `limit` ms. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limit = 120_000,
): Promise<void> {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`);
    await sleep(20);
  }
}
