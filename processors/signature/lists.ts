import type { z } from 'zod';
import { readText } from '../../src/config/read_file.ts';
import { BUILTIN_LISTS } from '../../src/sigma/builtin.ts';
import type { Lists } from '../../src/sigma/rule/expand.ts';
import type { signatureConfig } from './config.ts';

/** The lists of a config, those in files read; what built-in rules name is empty where it is not given. Throws, naming the list, for a file that cannot be read. */
export async function readLists(lists: z.infer<typeof signatureConfig>['lists']): Promise<Lists> {
  const out = new Map<string, readonly string[]>(BUILTIN_LISTS.map((name) => [name, []]));
  for (const [name, list] of Object.entries(lists ?? {})) {
    out.set(name, Array.isArray(list) ? list : await readListFile(name, list.file));
  }
  return out;
}

async function readListFile(name: string, path: string): Promise<readonly string[]> {
  const file = await readText(path);
  if (file.kind === 'unreadable')
    throw new Error(`the list ${name} cannot be read from ${path}: ${file.reason}`);
  return file.text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
