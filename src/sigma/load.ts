import { glob, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../config/read_file.ts';
import { Source } from '../config/source.ts';
import type { SigmaDocument } from './rule/documents.ts';
import type { Lists } from './rule/expand.ts';
import type { RuleIssue } from './rule/issue.ts';
import { type Linked, link } from './rule/link.ts';
import { readSigma } from './rule/read.ts';

/** Rules that were found, and why others could not be loaded. */
export interface LoadedRules extends Linked {
  /** Files that were read. */
  readonly files: number;
  /** Documents found, usable or not. */
  readonly documents: number;
  /** By file: the first of the paths that named it. */
  readonly pathOf: ReadonlyMap<string, string>;
}

/** More files are not read: a path that covers a whole disk is a mistake. */
const MAX_FILES = 50_000;
/** Tests that lie beside rules. */
const TESTS = /\.test\.ya?ml$/i;

/**
 * Loads Sigma rules from files, folders (their .yml and .yaml files at any depth, but for tests: .test.yml) and globs. What cannot be read or
 * loaded is a failure with its place; everything else loads.
 */
export async function loadRules(paths: readonly string[], lists: Lists): Promise<LoadedRules> {
  const failures: (readonly RuleIssue[])[] = [];
  const documents: SigmaDocument[] = [];
  const files = await find(paths, failures);
  for (const file of files.keys()) {
    const read = await readText(file);
    if (read.kind === 'unreadable') failures.push([unreadable(`${file} cannot be read: ${read.reason}`)]);
    else {
      const found = readSigma(new Source(file, read.text), lists);
      documents.push(...found.documents);
      failures.push(...found.failures);
    }
  }
  const found = documents.length + failures.length;
  const linked = link(documents);
  const { size } = files;
  return {
    ...linked,
    failures: [...failures, ...linked.failures],
    files: size,
    documents: found,
    pathOf: files,
  };
}

async function find(
  paths: readonly string[],
  failures: (readonly RuleIssue[])[],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const before = files.size;
    for await (const file of matching(path)) {
      if (files.size >= MAX_FILES) {
        failures.push([unreadable(`${path}: more than ${MAX_FILES} files`)]);
        break;
      }
      if (!files.has(file)) files.set(file, path);
    }
    if (files.size === before) failures.push([unreadable(`${path}: no such file, and no rules in it`)]);
  }
  return files;
}

async function* matching(path: string): AsyncGenerator<string> {
  const info = await stat(path).catch(() => undefined);
  if (info?.isFile() === true) yield path;
  else if (info?.isDirectory() === true) {
    const found: string[] = [];
    for await (const file of glob('**/*.{yml,yaml}', { cwd: path }))
      if (!TESTS.test(file)) found.push(join(path, file));
    // In the same order on every machine.
    yield* found.sort();
  } else {
    const found: string[] = [];
    for await (const file of glob(path)) if (/\.ya?ml$/i.test(file)) found.push(file);
    yield* found.sort();
  }
}

function unreadable(message: string): RuleIssue {
  return { code: 'unreadable', severity: 'error', message };
}
