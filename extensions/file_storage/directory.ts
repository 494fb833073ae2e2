import { mkdir, stat } from 'node:fs/promises';
import process from 'node:process';

/**
 * Sees that there is a folder that only its owner can write to. Rejects, with a reason for a person, when there is none.
 * On Windows a folder has its parent's rights, and nothing is checked.
 */
export async function prepareDirectory(path: string, create: boolean): Promise<void> {
  if (create) await mkdir(path, { recursive: true, mode: 0o700 });
  const found = await stat(path);
  if (!found.isDirectory()) throw new Error(`${path} is no folder`);
  if (process.platform !== 'win32' && (found.mode & 0o022) !== 0)
    throw new Error(`${path} can be written by others than its owner: chmod go-w it`);
}
