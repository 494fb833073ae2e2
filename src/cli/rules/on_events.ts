import { writeFile } from 'node:fs/promises';
import type { LogRecord } from '../../model/log_record.ts';
import { type Detection, Detector } from '../../sigma/detector.ts';
import { issueLine } from '../../sigma/issue_line.ts';
import { loadRules } from '../../sigma/load.ts';
import { type CorrelationRule, keyOf, type SigmaRule } from '../../sigma/rule/documents.ts';
import { LEVELS } from '../../sigma/rule/metadata.ts';
import { levelOf } from '../../sigma/selection.ts';
import { finished } from '../../sigma/steps.ts';
import { LOGSOURCE_TABLES } from '../../sigma/tables.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { type EventReader, readerFor } from './events.ts';
import { eventSuites, type FileRun } from './events_junit.ts';
import { type JunitSuite, junitXml } from './junit.ts';
import { parseLists } from './lists.ts';
import { testOnOwn } from './on_own_tests.ts';

const CORRELATION_MEMORY = 64 << 20;
/** Records of one rule that a JUnit file names. */
const MAX_PLACES = 20;

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
    if (minLevel === undefined && values['min-level'] !== undefined) {
      return wrongUsage(io, 'rules', `--min-level is one of ${LEVELS.join(', ')}`);
    }
    const files = values.on.map((file) => [file, readerFor(file)] as const);
    for (const [file, reader] of files) {
      if (reader === undefined)
        return wrongUsage(
          io,
          'rules',
          `${file}: events are read from .ndjson, .evtx, .etl and .etl.gz files`,
        );
    }
    const loaded = await loadRules(positionals, lists.lists);
    if (files.length === 0) {
      const { suites, exitCode } = await testOnOwn(loaded, values.json, io);
      return (await writeJunit(values.junit, suites, io)) ? exitCode : ExitCode.failed;
    }
    for (const issue of loaded.failures.flat())
      io.stderr.write(`sigel rules: not loaded: ${issueLine(issue)}\n`);
    if (loaded.rules.length + loaded.correlations.length === 0) return ExitCode.failed;
    const runs: FileRun[] = [];
    for (const [file, reader] of files) {
      const names = new WeakMap<LogRecord, number>();
      const options = {
        selection: { minLevel },
        correlationMemory: CORRELATION_MEMORY,
      };
      const refOf = (record: LogRecord): string => String(names.get(record) ?? '');
      const detector = finished(Detector.of(loaded, LOGSOURCE_TABLES, { ...options, refOf }));
      if (reader !== undefined) runs.push(await testFile(file, reader, detector, names, values.json, io));
    }
    const written = await writeJunit(values.junit, eventSuites(loaded, runs), io);
    return written && runs.every(({ error }) => error === undefined) ? ExitCode.done : ExitCode.failed;
  },
};

/** False when it could not be written. */
async function writeJunit(path: string | undefined, suites: readonly JunitSuite[], io: Io): Promise<boolean> {
  if (path === undefined) return true;
  try {
    await writeFile(path, junitXml(suites));
    return true;
  } catch (error) {
    io.stderr.write(`sigel rules: ${path} cannot be written: ${textOf(error)}\n`);
    return false;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function testFile(
  file: string,
  reader: EventReader,
  detector: Detector,
  names: WeakMap<LogRecord, number>,
  json: boolean,
  io: Io,
): Promise<FileRun> {
  const fired = new Map<SigmaRule | CorrelationRule, string[]>();
  let events = 0;
  let matches = 0;
  try {
    for await (const recorded of reader(file, io)) {
      if (recorded.kind !== 'event') {
        const place = recorded.kind === 'broken' ? `${file}:${recorded.number}` : file;
        io.stderr.write(`sigel rules: ${place}: ${recorded.reason}\n`);
        continue;
      }
      events++;
      names.set(recorded.record, recorded.number);
      for (const detection of detector.detect(recorded.record)) {
        matches++;
        const places = fired.get(detection.rule) ?? [];
        if (places.length < MAX_PLACES) places.push(placeOf(detection, names));
        fired.set(detection.rule, places);
        await writeOut(
          io.stdout,
          json ? matchJson(detection, file, names) : matchLine(detection, file, names),
        );
      }
    }
  } catch (error) {
    const reason = `${file} cannot be read: ${textOf(error)}`;
    io.stderr.write(`sigel rules: ${reason}\n`);
    return { file, fired, error: reason };
  }
  io.stderr.write(`${file}: ${events} events, ${matches} matches\n`);
  return { file, fired, error: undefined };
}

function matchJson(
  { rule, record, correlation }: Detection,
  file: string,
  names: WeakMap<LogRecord, number>,
): string {
  const match = { rule_id: keyOf(rule), title: rule.metadata.title, level: levelOf(rule.metadata), file };
  const where =
    correlation === undefined ? { record: names.get(record) } : { records: correlation.refs.map(Number) };
  return `${JSON.stringify({ ...match, ...where })}\n`;
}

/** Which records fired it, in words. */
function placeOf({ record, correlation }: Detection, names: WeakMap<LogRecord, number>): string {
  return correlation === undefined ? String(names.get(record)) : correlation.refs.join(',');
}

function matchLine(detection: Detection, file: string, names: WeakMap<LogRecord, number>): string {
  // Titles come with rules from elsewhere: no text may drive the terminal.
  const { metadata } = detection.rule;
  const title = metadata.title.replace(/\p{Cc}/gu, '\u{fffd}');
  return `${file}:${placeOf(detection, names)}  ${levelOf(metadata).padEnd(13)}  ${title}\n`;
}
