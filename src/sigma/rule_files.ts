import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** Files of rules, in the same order on every machine, each with the first of the paths that named it. */
export interface RuleFiles {
  readonly files: ReadonlyMap<string, string>;
  /** Of each path that has none, or too many: what is wrong. */
  readonly problems: readonly string[];
}

/** More files are not read: a path that covers a whole disk is a mistake. */
const MAX_FILES = 50_000;
const RULES = /\.ya?ml$/i;
/** Tests that lie beside rules. */
const TESTS = /\.test\.ya?ml$/i;

/** Finds the files that paths mean: files, folders (their .yml and .yaml files at any depth, but for tests: .test.yml) and globs. */
export async function findRuleFiles(paths: readonly string[]): Promise<RuleFiles> {
  const files = new Map<string, string>();
  const problems: string[] = [];
  for (const path of paths) {
    const found = await matching(path);
    if (found.length === 0) problems.push(`${path}: no such file, and no rules in it`);
    if (files.size + found.length > MAX_FILES) problems.push(`${path}: more than ${MAX_FILES} files`);
    for (const file of found.slice(0, MAX_FILES - files.size)) if (!files.has(file)) files.set(file, path);
  }
  return { files, problems };
}

/** Those of the paths that are no globs and name nothing. */
export async function missingPaths(paths: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const path of paths) {
    const isGlob = /[*?[\]{}]/.test(path);
    if (!isGlob && (await stat(path).catch(() => undefined)) === undefined) missing.push(path);
  }
  return missing;
}

/**
 * A text that changes when a file of the paths changes, comes or goes: asked for again and again, it tells of every
 * change on every file system. It follows links, so it sees when kubelet hangs the link `..data` of a ConfigMap's
 * volume on other files, of which none changes in itself.
 */
export async function stampOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [i, path] of [...(await findRuleFiles(paths)).files.keys()].entries()) {
    // A sixth of the time that asking in the background takes; others get their turn after some milliseconds.
    const info = statSync(path, { throwIfNoEntry: false });
    hash.update(JSON.stringify([path, info?.size, info?.mtimeMs, info?.ino]));
    if (i % 256 === 255) await setImmediate();
  }
  return hash.digest('hex');
}

async function matching(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() === true) return [path];
  if (info?.isDirectory() === true) return inFolder(path, new Set());
  const found: string[] = [];
  for await (const file of glob(path)) if (RULES.test(file)) found.push(file);
  return found.sort();
}

/**
 * Hidden names are left out: the volume of a ConfigMap keeps its files in them, and shows each by a link. Links to folders
 * are followed, each folder once.
 */
async function inFolder(folder: string, visited: Set<string>): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (visited.has(real)) return [];
  visited.add(real);
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => entry) : entry;
    if (kind.isDirectory()) found.push(...(await inFolder(path, visited)));
    else if (RULES.test(path) && !TESTS.test(path)) found.push(path);
  }
  return found;
}
