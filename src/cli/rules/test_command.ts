import { writeFile } from 'node:fs/promises';
import { loadRules } from '../../sigma/load.ts';
import { LEVELS } from '../../sigma/rule/metadata.ts';
import { ExitCode, type Io, parseCommandLine, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { readerFor } from './events.ts';
import { type JunitSuite, junitXml } from './junit.ts';
import { parseLists } from './lists.ts';
import { type Recording, testOnEvents } from './on_events.ts';
import { testOnOwn } from './on_own_tests.ts';

/** `sigel rules test`: which rules fire on recorded events; or whether rules pass the tests beside them. */
export const rulesTest: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      on: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      junit: { type: 'string' },
      list: { type: 'string', multiple: true, default: [] },
      'min-level': { type: 'string' },
    });
    if (parsed.kind === 'wrong') return wrongUsage(io, 'rules', parsed.message);
    const { values, positionals } = parsed;
    if (positionals.length === 0)
      return wrongUsage(io, 'rules', 'test: name at least one file or folder of rules');
    const lists = parseLists(values.list);
    if (lists.kind === 'wrong') return wrongUsage(io, 'rules', lists.message);
    const minLevel = LEVELS.find((level) => level === values['min-level']);
    if (minLevel === undefined && values['min-level'] !== undefined)
      return wrongUsage(io, 'rules', `--min-level is one of ${LEVELS.join(', ')}`);
    const recordings = recordingsOf(values.on);
    if (typeof recordings === 'string') return wrongUsage(io, 'rules', recordings);
    const loaded = await loadRules(positionals, lists.lists);
    const { suites, exitCode } =
      recordings.length === 0
        ? await testOnOwn(loaded, values.json, io)
        : await testOnEvents(loaded, { recordings, minLevel, json: values.json }, io);
    return (await writeJunit(values.junit, suites, io)) ? exitCode : ExitCode.failed;
  },
};

/** The recordings that are named, or what is wrong with one. */
function recordingsOf(files: readonly string[]): readonly Recording[] | string {
  const recordings: Recording[] = [];
  for (const file of files) {
    const read = readerFor(file);
    if (read === undefined) return `${file}: events are read from .ndjson, .evtx, .etl and .etl.gz files`;
    recordings.push({ file, read });
  }
  return recordings;
}

/** False, and said, when it could not be written. */
async function writeJunit(path: string | undefined, suites: readonly JunitSuite[], io: Io): Promise<boolean> {
  if (path === undefined) return true;
  try {
    await writeFile(path, junitXml(suites));
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    io.stderr.write(`sigel rules: ${path} cannot be written: ${reason}\n`);
    return false;
  }
}
