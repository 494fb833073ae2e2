import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder for what is built once and kept, outside the checkout: SIGEL_CACHE, else the user's cache. */
export function cacheRoot(): string {
  const own = process.env['SIGEL_CACHE'];
  if (own !== undefined && own !== '') return own;
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'sigel');
}

/** The first 12 hex digits of the SHA-256 of some text: enough to tell builds apart. */
export function shortHash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/**
 * The cached folder of that key, filled by `build` when it is not there. Builds of one key, also by other
 * processes, wait for each other. `build` fills a folder beside the final one, which gets its name only when
 * the build is through: a broken half is never taken for a whole. Rejects with what `build` rejects with.
 */
export async function cached(key: string, build: (folder: string) => Promise<void>): Promise<string> {
  const root = cacheRoot();
  const target = join(root, key);
  if (isFolder(target)) return target;
  mkdirSync(root, { recursive: true });
  const unlock = await lock(join(root, `${key}.lock`));
  try {
    if (isFolder(target)) return target;
    const building = `${key}.building-`;
    for (const name of readdirSync(root)) {
      const dead = name.startsWith(building) && !isAlive(Number(name.slice(building.length)));
      if (dead) rmSync(join(root, name), { recursive: true, force: true });
    }
    const folder = join(root, `${building}${process.pid}`);
    mkdirSync(folder);
    try {
      await build(folder);
      renameSync(folder, target);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return target;
  } finally {
    unlock();
  }
}

/**
 * Takes a lock file that holds our pid; waits while its holder lives, takes it over when it does not. Resolves to what
 * gives it back.
 */
export async function lock(path: string): Promise<() => void> {
  for (let told = false; ; ) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    if (!isAlive(readHolder(path))) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told) process.stderr.write(`waiting for another process (${path})\n`);
    told = true;
    await sleep(500);
  }
}

function readHolder(path: string): number {
  try {
    // An empty file is a lock in the making, unless it stays empty: then its maker died.
    const text = readFileSync(path, 'utf8');
    if (text !== '') return Number(text);
    return Date.now() - statSync(path).mtimeMs < 10_000 ? process.pid : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
