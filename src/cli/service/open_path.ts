import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WhoElseWrites } from '../../windows/host/write_access.ts';

/**
 * The first of some files, or of all in a folder, that somebody else can write to or replace, with who can: a sentence.
 * Undefined: nobody can. Folders above count as far as what is in them can be replaced.
 */
export function openPath(
  files: readonly string[],
  folder: string,
  whoElse: WhoElseWrites,
): string | undefined {
  const above = new Set([...files, folder].flatMap(foldersAbove));
  const checks = function* () {
    for (const path of above) yield [path, 'place'] as const;
    for (const path of files) yield [path, 'content'] as const;
    for (const path of within(folder)) yield [path, 'content'] as const;
  };
  for (const [path, guarded] of checks()) {
    const other = whoElse(path, guarded);
    if (other !== undefined) return `${path} ${other}`;
  }
  return undefined;
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...foldersAbove(parent), parent];
}

/** A folder and all that is in it. Links are looked at, not followed. */
function* within(folder: string): Generator<string> {
  yield folder;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* within(path);
    else yield path;
  }
}
