import { setImmediate } from 'node:timers/promises';
import { readText } from '../config/read_file.ts';
import { Source } from '../config/source.ts';
import { fileInPack } from './pack/pack.ts';
import type { SigmaDocument } from './rule/documents.ts';
import type { Lists } from './rule/expand.ts';
import type { RuleIssue } from './rule/issue.ts';
import { type Linked, link } from './rule/link.ts';
import { type ReadFile, sigmaIn } from './rule/read.ts';
import { findRuleFiles } from './rule_files.ts';
import { inSlices, type Steps } from './steps.ts';

/** Rules that were found, and why others could not be loaded. */
export interface LoadedRules extends Linked {
  /** Files that were read. */
  readonly files: number;
  /** Documents found, usable or not. */
  readonly documents: number;
  /** By file: the first of the paths that named it. */
  readonly pathOf: ReadonlyMap<string, string>;
}

/** What files held when they were read last, by their names: what did not change is not parsed again. */
export type KnownFiles = Map<string, { readonly text: string; readonly found: ReadFile }>;

/** What rules may be loaded from, beside files that are read. */
export interface LoadOptions {
  /** Is used and brought up to date; lists must be the same then. */
  readonly known?: KnownFiles;
  /** By location: files that were fetched, their texts by name. */
  readonly packs?: ReadonlyMap<string, { readonly files: ReadonlyMap<string, string> }>;
}

const NO_PACKS: NonNullable<LoadOptions['packs']> = new Map();

/**
 * Loads Sigma rules from files, folders (their .yml and .yaml files at any depth, but for tests: .test.yml) and globs. What cannot be read or
 * loaded is a failure with its place; everything else loads.
 */
export async function loadRules(
  paths: readonly string[],
  lists: Lists,
  { known = new Map(), packs = NO_PACKS }: LoadOptions = {},
): Promise<LoadedRules> {
  const failures: (readonly RuleIssue[])[] = [];
  const documents: SigmaDocument[] = [];
  const take = async (file: string, text: string): Promise<void> => {
    const found = await inSlices(foundIn(file, text, lists, known));
    documents.push(...found.documents);
    failures.push(...found.failures);
  };
  const { files: onDisk, problems } = await findRuleFiles(paths);
  failures.push(...problems.map((problem) => [unreadable(problem)]));
  for (const file of onDisk.keys()) {
    const read = await readText(file);
    if (read.kind === 'unreadable') failures.push([unreadable(`${file} cannot be read: ${read.reason}`)]);
    else await take(file, read.text);
  }
  const files = new Map(onDisk);
  for (const [location, pack] of packs) {
    for (const [name, text] of pack.files) {
      const file = fileInPack(location, name);
      files.set(file, location);
      await take(file, text);
      await setImmediate();
    }
  }
  for (const name of known.keys()) if (!files.has(name)) known.delete(name);
  const found = documents.length + failures.length;
  const linked = await inSlices(link(documents));
  const { size } = files;
  return {
    ...linked,
    failures: [...failures, ...linked.failures],
    files: size,
    documents: found,
    pathOf: files,
  };
}

function* foundIn(file: string, text: string, lists: Lists, known: KnownFiles): Steps<ReadFile> {
  const before = known.get(file);
  if (before?.text === text) return before.found;
  const found = yield* sigmaIn(new Source(file, text), lists);
  known.set(file, { text, found });
  return found;
}

function unreadable(message: string): RuleIssue {
  return { code: 'unreadable', severity: 'error', message };
}
