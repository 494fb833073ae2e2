import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import type { Called } from '../sessions/control.ts';

/**
 * Makes a folder, with those above it, that only the agent (and who administers the host) can read and write;
 * one that is there already must be its own. native/host_folder.ts does it with an access list.
 */
export type MakePrivateFolder = (path: string) => Called<void>;

/** {@link MakePrivateFolder} where permissions are mode bits. */
export function makePosixFolder(path: string): Called<void> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = lstatSync(path);
    if (!found.isDirectory() || found.uid !== process.getuid?.())
      return refused(path, 'is not the agent’s own');
    if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
    return { kind: 'ok', value: undefined };
  } catch (error) {
    return refused(path, error instanceof Error ? error.message : String(error));
  }
}

function refused(path: string, reason: string): Called<void> {
  const message = `The folder ${path} cannot be used: ${reason}`;
  return {
    kind: 'failed',
    error: { code: 0, name: 'EFOLDER', message, advice: 'Name a folder that only the agent can write.' },
  };
}
