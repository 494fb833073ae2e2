import type { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** The time that npm gives all files of a package. One time for all files makes archives of them equal. */
const TIME = new Date('1985-10-26T08:15:00Z');

/** The files of a folder by their path in it (with slashes), in order of code units. */
export function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** The contents of a folder, in order. */
export function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(filesOf(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

/** Gives all that a folder holds one time. */
export function settleTimes(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(folder, entry), TIME, TIME);
}

/** SHA-256 in lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
