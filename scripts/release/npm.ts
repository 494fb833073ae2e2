import { execFileSync } from 'node:child_process';

/** Runs npm in a folder; its standard output. Throws, with what npm said on stderr, when it fails. */
export function npm(args: readonly string[], cwd: string): string {
  // npm's own settings of the script that runs this must not reach the one that it runs.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(command|lifecycle|package|execpath)/.test(name)),
  );
  return execFileSync('npm', [...args], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
}
