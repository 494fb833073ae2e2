import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { RotationConfig } from './config.ts';

const MS_PER_DAY = 86_400_000;
const STAMP = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/;

/** Puts the file aside as `name-2022-09-14T05-02-14.173.ext`, never over another; the caller has closed it. */
export async function putAside(path: string, config: RotationConfig, now: Date = new Date()): Promise<void> {
  for (let time = now.getTime(); ; time++) {
    const target = backupPath(path, stamp(new Date(time), config.localtime));
    if (await exists(target)) continue;
    await rename(path, target);
    return;
  }
}

/** Removes what was put aside beyond max_backups and max_days, the oldest first. */
export async function removeOld(path: string, config: RotationConfig, now: Date = new Date()): Promise<void> {
  const extension = extname(path);
  const prefix = `${basename(path, extension)}-`;
  const stamps = (await readdir(dirname(path)))
    .filter((name) => name.startsWith(prefix) && name.endsWith(extension))
    .map((name) => name.slice(prefix.length, name.length - extension.length))
    .filter((text) => STAMP.test(text))
    .toSorted()
    .toReversed();
  const oldest = stamp(new Date(now.getTime() - config.max_days * MS_PER_DAY), config.localtime);
  const tooMany = config.max_backups === 0 ? [] : stamps.slice(config.max_backups);
  const tooOld = config.max_days === 0 ? [] : stamps.filter((text) => text < oldest);
  for (const text of new Set([...tooMany, ...tooOld])) await rm(backupPath(path, text), { force: true });
}

function backupPath(path: string, text: string): string {
  const extension = extname(path);
  return join(dirname(path), `${basename(path, extension)}-${text}${extension}`);
}

/** A time as a part of a file name that sorts by time. */
function stamp(time: Date, local: boolean): string {
  const shown = local ? new Date(time.getTime() - time.getTimezoneOffset() * 60_000) : time;
  return shown.toISOString().slice(0, -1).replaceAll(':', '-');
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
