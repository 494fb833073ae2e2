import type { Buffer } from 'node:buffer';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { readText, whyNotWritten } from '../../config/read_file.ts';
import { renderIssues } from '../../config/render.ts';
import { BUILTIN_LISTS } from '../../sigma/builtin.ts';
import { loadRules } from '../../sigma/load.ts';
import { digestOf, MAX_ARCHIVE, makePack } from '../../sigma/pack/pack.ts';
import { ValueList } from '../../sigma/rule/value_list.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import { counted } from '../counted.ts';
import type { RulesCommand } from '../rules.ts';

/** `sigel rules pack`: puts rules together for nodes, and signs them. */
export const rulesPack: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, { key: { type: 'string' }, out: { type: 'string' } });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const { values, positionals } = parsed;
    const { key: keyFile, out } = values;
    if (positionals.length === 0 || keyFile === undefined || out === undefined)
      return wrongUsage(io, 'rules', 'pack: name rules, --key with the private key and --out with the pack');
    try {
      const key = await privateKey(keyFile);
      const files = await filesOf(positionals, io);
      return files === undefined ? ExitCode.failed : await write(files, key, out, io);
    } catch (error) {
      io.stderr.write(`sigel rules: ${error instanceof Error ? error.message : String(error)}\n`);
      return ExitCode.failed;
    }
  },
};

async function privateKey(path: string): Promise<KeyObject> {
  const text = await readText(path);
  if (text.kind === 'unreadable') throw new Error(`${path} cannot be read: ${text.reason}`);
  const key = createPrivateKey(text.text);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`${path} holds no Ed25519 key`);
  return key;
}

/** The files by the names that they have in the pack; undefined when one of them does not load. */
async function filesOf(paths: readonly string[], io: Io): Promise<ReadonlyMap<string, Buffer> | undefined> {
  const lists = new Map(BUILTIN_LISTS.map((name) => [name, new ValueList([])]));
  const { pathOf, failures } = await loadRules(paths, lists);
  // Which lists there are, the nodes' configuration knows.
  const wrong = failures.filter((issues) => issues.some(({ code }) => code !== 'missing_list'));
  for (const issues of wrong) io.stderr.write(renderIssues(issues));
  if (wrong.length > 0) return undefined;
  const files = new Map<string, Buffer>();
  for (const [file, path] of pathOf) {
    const inside = relative(path, file);
    const name = inside === '' || inside.startsWith('..') ? basename(file) : inside.split(sep).join('/');
    if (files.has(name)) throw new Error(`two files would be called ${name} in the pack`);
    files.set(name, await readFile(file));
  }
  return files;
}

async function write(
  files: ReadonlyMap<string, Buffer>,
  key: KeyObject,
  out: string,
  io: Io,
): Promise<number> {
  const { archive, signature } = await makePack(files, new Date(), key);
  if (archive.length > MAX_ARCHIVE) throw new Error(`the pack would have more than ${MAX_ARCHIVE >> 20} MiB`);
  try {
    await writeFile(out, archive);
    await writeFile(`${out}.sig`, `${signature}\n`);
  } catch (error) {
    throw new Error(`${out} cannot be written: ${whyNotWritten(error)}`, { cause: error });
  }
  await writeOut(
    io.stdout,
    `${counted(files.size, 'file')} in ${out}, signed in ${out}.sig\nsha256 ${digestOf(archive)}\n`,
  );
  return ExitCode.done;
}
