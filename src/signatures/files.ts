import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';

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
// Of `st_mode`: whom a file may be written by beside its owner, and what makes a shared folder safe.
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;

/**
 * Finds the signatures of a folder: its files, not those below, which they may import. The agent runs what is in them, so
 * the folder, all in it and all above it must be writable by root (or whom the agent runs as) alone, and there must be no
 * links. Windows keeps access lists that Node.js does not show: there links alone are refused. Throws with what is wrong.
 */
export async function findSignatures(folder: string): Promise<SignatureFiles> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw new Error(`the folder of signatures ${folder} cannot be read: ${String(error)}`);
  });
  if (/^[\\/]{2}/.test(real))
    throw new Error(`the folder of signatures ${folder} is on a share, which others can write to`);
  for (let above = dirname(real); above !== dirname(above); above = dirname(above))
    checkAbove(above, await stat(above));
  const all: string[] = [];
  await collect(real, 0, all);
  const own = all.filter(
    (path) => dirname(path) === real && SIGNATURE.test(path) && !NO_SIGNATURE.test(path),
  );
  return { signatures: own, all };
}

async function collect(folder: string, depth: number, all: string[]): Promise<void> {
  if (depth > MAX_DEPTH) throw new Error(`${folder} lies deeper than ${MAX_DEPTH} folders`);
  checkOwn(folder, await lstat(folder));
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const stats = await lstat(path);
    if (stats.isDirectory()) await collect(path, depth + 1, all);
    else {
      checkOwn(path, stats);
      all.push(path);
    }
    if (all.length > MAX_FILES) throw new Error(`${folder} holds more than ${MAX_FILES} files`);
  }
}

function checkOwn(path: string, stats: Stats): void {
  if (!stats.isFile() && !stats.isDirectory())
    throw new Error(`${path} is a link or no plain file: signatures are not loaded`);
  checkOwner(path, stats);
  if (process.platform !== 'win32' && (stats.mode & OTHERS_WRITE) !== 0)
    throw new Error(
      `${path} can be written by others than its owner: signatures are not loaded (chmod go-w)`,
    );
}

// In a sticky folder, such as /tmp, others can add what they want but not replace what is there.
function checkAbove(path: string, stats: Stats): void {
  checkOwner(path, stats);
  if (process.platform !== 'win32' && (stats.mode & OTHERS_WRITE) !== 0 && (stats.mode & STICKY) === 0)
    throw new Error(`${path}, in which signatures lie, can be written by others: signatures are not loaded`);
}

function checkOwner(path: string, { uid }: Stats): void {
  if (process.platform !== 'win32' && uid !== 0 && uid !== process.getuid?.())
    throw new Error(`${path} belongs to neither root nor whom Sigel runs as: signatures are not loaded`);
}
