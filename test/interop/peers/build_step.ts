import { spawn } from 'node:child_process';
import { exitCode } from './process.ts';

/** Runs one step of a build, its output on stderr; says every 30 s that it still runs. Rejects when it fails. */
export async function step(
  command: string,
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const timer = setInterval(() => say(`… ${args.join(' ')}: ${seconds()} s`), 30_000);
  try {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 2, 2] });
    const code = await exitCode(child);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  } finally {
    clearInterval(timer);
  }
}

/** Prints a line about a build on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
