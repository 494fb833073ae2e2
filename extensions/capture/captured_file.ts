import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/** What a capture holds is not for everybody: command lines, scripts, names, of other tenants too. */
const OWNER_ONLY = 0o600;

/** A file of a capture, before it is written. */
export interface CapturedFile {
  readonly path: string;
  readonly size: number;
  readonly blocks: () => Iterable<Uint8Array>;
}

/** Behind the name of a file that is not whole yet. */
export const UNFINISHED = '.part';

/**
 * Writes a new file for its owner alone, and says its SHA-256 in hexadecimal. Under its name it is whole, and on the disk.
 * Rejects with the system's error, or when `signal` aborts; nothing is left then.
 */
export async function writeCaptured(file: CapturedFile, signal: AbortSignal): Promise<string> {
  const path = file.path + UNFINISHED;
  const handle = await open(path, 'wx', OWNER_ONLY);
  try {
    const hash = createHash('sha256');
    for (const block of file.blocks()) {
      signal.throwIfAborted();
      hash.update(block);
      await handle.writeFile(block);
    }
    await handle.sync();
    await handle.close();
    await rename(path, file.path);
    return hash.digest('hex');
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}
