import { glob, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** The files that patterns name, and what of the patterns led nowhere. */
export interface Discovered {
  /** Absolute paths, sorted, each once. */
  readonly files: readonly string[];
  /** One sentence for each pattern without a file. */
  readonly problems: readonly string[];
}

const TRACE_NAME = /\.etl(\.gz)?$/i;
/** More files than one replay is meant for; a pattern like `/**` stops here. */
const MAX_FILES = 100_000;

/**
 * Finds trace files. A pattern is a file, a folder (all .etl and .etl.gz below it) or a glob (`*`, `**`, `?`,
 * `[…]`, `{a,b}`); what `exclude` matches is left out.
 */
export function discoverTraces(include: readonly string[], exclude: readonly string[]): Promise<Discovered> {
  return discoverFiles(include, exclude, TRACE_NAME);
}

/** As {@link discoverTraces}; in folders, files of these names are meant. */
export async function discoverFiles(
  include: readonly string[],
  exclude: readonly string[],
  names: RegExp,
): Promise<Discovered> {
  const files = new Set<string>();
  const problems: string[] = [];
  const left = new Set<string>();
  for (const pattern of exclude) for await (const path of glob(pattern)) left.add(resolve(path));
  for (const pattern of include) {
    let found = 0;
    for await (const path of expand(pattern, names)) {
      const absolute = resolve(path);
      found++;
      if (!left.has(absolute)) files.add(absolute);
      if (files.size >= MAX_FILES)
        return { files: [...files].sort(), problems: [`more than ${MAX_FILES} files match`] };
    }
    if (found === 0) problems.push(`no file matches '${pattern}'`);
  }
  return { files: [...files].sort(), problems };
}

async function* expand(pattern: string, names: RegExp): AsyncGenerator<string> {
  const kind = await kindOf(pattern);
  if (kind === 'file') yield pattern;
  else if (kind === 'folder') yield* filesBelow(pattern, names);
  else {
    for await (const path of glob(pattern)) {
      if ((await kindOf(path)) === 'folder') yield* filesBelow(path, names);
      else yield path;
    }
  }
}

async function* filesBelow(folder: string, names: RegExp): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  for (const entry of entries) {
    if (entry.isFile() && names.test(entry.name)) yield join(entry.parentPath, entry.name);
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : 'file';
  } catch {
    return 'none';
  }
}
