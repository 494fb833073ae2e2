import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFINISHED } from './captured_file.ts';

/** Names that `nameOf` gives; whatever else lies in the folder is left alone. */
const OURS = /^capture-\d{8}T\d{6}Z-\w{1,16}\.[\w.-]{1,160}$/;

/** What the names of one capture's files begin with: when, and for which detection. */
export function nameOf(time: Date, uid: string): string {
  const when = `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  return `capture-${when}-${uid.replaceAll(/\W/g, '_').slice(0, 16) || '_'}`;
}

/** A session's name, as part of a file's. */
export function partOf(session: string): string {
  return session.replaceAll(/[^\w.-]/g, '_').slice(0, 128);
}

/**
 * Removes captures that are older than `retention` milliseconds (0: none) and what was never finished, and says how many
 * bytes the others take. Call it while nothing is written. Rejects with the system's error.
 */
export async function tidy(directory: string, retention: number): Promise<number> {
  const until = retention === 0 ? Number.NEGATIVE_INFINITY : Date.now() - retention;
  let bytes = 0;
  for (const name of await readdir(directory)) {
    if (!OURS.test(name)) continue;
    const path = join(directory, name);
    // Whoever reads captures may remove them at any time.
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    if (found.mtimeMs < until || name.endsWith(UNFINISHED)) await rm(path, { force: true });
    else bytes += found.size;
  }
  return bytes;
}
