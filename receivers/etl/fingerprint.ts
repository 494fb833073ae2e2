import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Holds the log header of a trace, which names its boot, session and time. */
const HEAD_BYTES = 64 * 1024;

/** What a file is known by, whatever its name: its size and beginning. Rejects when it cannot be read. */
export async function fingerprintOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return createHash('sha256').update(`${size}\n`).update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    await file.close();
  }
}
