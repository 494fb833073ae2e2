import type { z } from 'zod';
import { Exception } from '../../../src/sigma/exceptions/exception.ts';
import { readExceptionsFile } from '../../../src/sigma/exceptions/read_file.ts';
import { type DetectingRule, keyOf } from '../../../src/sigma/rule/documents.ts';
import type { Lists } from '../../../src/sigma/rule/expand.ts';
import type { signatureConfig } from '../config.ts';

type Config = Pick<z.infer<typeof signatureConfig>, 'exceptions' | 'exception_files'>;

/** Names in exceptions that none of the rules has: a rule that is gone, or a slip of the pen. */
export function unknownRules(exceptions: readonly Exception[], rules: readonly DetectingRule[]): string[] {
  const known = new Set<string | undefined>();
  for (const rule of rules) known.add(keyOf(rule)).add(rule.metadata.name);
  const named = exceptions.flatMap(({ config }) => config.rules ?? []);
  return [...new Set(named)].filter((name) => !known.has(name));
}

/** The exceptions of a configuration and its files. Rejects, saying where, for what is wrong with one. */
export async function readExceptions(config: Config, lists: Lists): Promise<readonly Exception[]> {
  const all = [...config.exceptions];
  for (const file of await Promise.all(config.exception_files.map(readExceptionsFile))) {
    if (file.kind === 'wrong') throw new Error(file.message);
    all.push(...file.exceptions);
  }
  return all.map((one) => new Exception(one, lists));
}
