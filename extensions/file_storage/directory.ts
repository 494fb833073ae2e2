import { mkdir, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';

/**
 * Sees that there is a folder that only its owner (on Windows: and administrators) can write to; `create` makes it, and on
 * Windows takes one that is there for the agent alone. Rejects, with a reason for a person, when there is none.
 */
export async function prepareDirectory(path: string, create: boolean): Promise<void> {
  if (create) await makeDirectory(path);
  const found = await stat(path);
  if (!found.isDirectory()) throw new Error(`${path} is no folder`);
  if (process.platform !== 'win32' && (found.mode & 0o022) !== 0)
    throw new Error(`${path} can be written by others than its owner: chmod go-w it`);
}

async function makeDirectory(path: string): Promise<void> {
  if (process.platform !== 'win32') {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return;
  }
  // koffi and the DLLs are loaded where they are needed, and not before.
  const { hostFolders } = await import('../../src/windows/host/host_folders.ts');
  const made = hostFolders()(resolve(path));
  if (made.kind === 'failed') throw new Error(made.error.message);
}
