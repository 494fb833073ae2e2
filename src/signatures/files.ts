import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type WriteAccess, writeAccess } from './write_access.ts';

/** What signatures lie in a folder. */
export interface SignatureFiles {
  /** Files that are a signature each, by name. */
  readonly signatures: readonly string[];
  /** All files in and below the folder: what signatures may import. */
  readonly all: readonly string[];
}

/** A module of JavaScript or TypeScript, a policy, or a bundle of OPA with one. */
const SIGNATURE = /\.(?:[cm]?[jt]s|wasm|tar\.gz)$/i;
const NO_SIGNATURE = /\.(?:test|d)\.[cm]?[jt]s$/i;
const MAX_FILES = 2000;
const MAX_DEPTH = 8;

/**
 * Finds the signatures of a folder: its files, not those below, which they may import. The agent runs what is in them, so
 * the folder, all in it and all above it must be writable by root or administrators (or whom the agent runs as) alone, and
 * there must be no links. Throws with what is wrong.
 */
export async function findSignatures(folder: string): Promise<SignatureFiles> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw new Error(`the folder of signatures ${folder} cannot be read: ${String(error)}`);
  });
  if (/^[\\/]{2}/.test(real))
    throw new Error(`the folder of signatures ${folder} is on a share, which others can write to`);
  const check = checkBy(await writeAccess());
  for (let at = real; at !== dirname(at); at = dirname(at))
    check(dirname(at), await stat(dirname(at)), 'place');
  const all: string[] = [];
  await collect(real, 0, check, all);
  const own = all.filter(
    (path) => dirname(path) === real && SIGNATURE.test(path) && !NO_SIGNATURE.test(path),
  );
  return { signatures: own, all };
}

async function collect(folder: string, depth: number, check: Check, all: string[]): Promise<void> {
  if (depth > MAX_DEPTH) throw new Error(`${folder} lies deeper than ${MAX_DEPTH} folders`);
  check(folder, await lstat(folder), 'content');
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isDirectory()) await collect(path, depth + 1, check, all);
    else {
      check(path, stats, 'content');
      all.push(path);
    }
    if (all.length > MAX_FILES) throw new Error(`${folder} holds more than ${MAX_FILES} files`);
  }
}

type Check = (...args: Parameters<WriteAccess>) => void;

function checkBy(access: WriteAccess): Check {
  return (path, stats, guarded) => {
    if (!stats.isFile() && !stats.isDirectory())
      throw new Error(`${path} is a link or no plain file: signatures are not loaded`);
    const trouble = access(path, stats, guarded);
    if (trouble === undefined) return;
    const where = guarded === 'place' ? ', in which signatures lie,' : '';
    throw new Error(`${path}${where} ${trouble}: signatures are not loaded`);
  };
}
