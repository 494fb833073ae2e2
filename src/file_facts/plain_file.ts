import { type Stats } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';

/** A file that was opened, or why it was not. */
export type OpenedFile =
  | { readonly kind: 'opened'; readonly handle: FileHandle; readonly stats: Stats }
  | { readonly kind: 'missing' | 'not_plain' | 'failed' };

/** What a file was when it was looked at. */
export interface FileStamp {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Where a file stands: folders below one that is trusted, and a name. */
export interface FilePlace {
  /** Not looked at: a volume, or the folder that an operator names. */
  readonly base: string;
  readonly parts: readonly string[];
  readonly separator: '\\' | '/';
}

/**
 * Opens a file that only folders and a plain file lead to. Whoever owns a folder may put a link in the place of a
 * file that we are told of, and a link may lead to a server, to which Windows would log on with our account. Links
 * are looked for before; a link that is put there meanwhile is a race that Node offers no way to close.
 */
export async function openPlain(place: FilePlace): Promise<OpenedFile> {
  try {
    if (!(await isPlain(place))) return { kind: 'not_plain' };
    const handle = await open(pathOf(place, place.parts.length), 'r');
    const stats = await handle.stat();
    if (stats.isFile()) return { kind: 'opened', handle, stats };
    await handle.close();
    return { kind: 'not_plain' };
  } catch (error) {
    return { kind: isMissing(error) ? 'missing' : 'failed' };
  }
}

/** Size and time of a file, as a sign that it is still the same; undefined where it cannot be said. */
export async function stampOf(place: FilePlace): Promise<FileStamp | undefined> {
  try {
    const stats = await lstat(pathOf(place, place.parts.length));
    return stats.isFile() ? { size: stats.size, modified: stats.mtimeMs } : undefined;
  } catch {
    return undefined;
  }
}

async function isPlain(place: FilePlace): Promise<boolean> {
  const last = place.parts.length;
  for (let depth = 1; depth <= last; depth++) {
    const stats = await lstat(pathOf(place, depth));
    if (depth < last ? !stats.isDirectory() : !stats.isFile()) return false;
  }
  return last > 0;
}

/** The path of the first `depth` parts. */
export function pathOf({ base, parts, separator }: FilePlace, depth: number): string {
  return [base, ...parts.slice(0, depth)].join(separator);
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
