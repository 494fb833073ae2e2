import type { LogRecord } from '../../model/log_record.ts';
import { type Detection, Detector } from '../../sigma/detector.ts';
import { issueLine } from '../../sigma/issue_line.ts';
import { loadRules } from '../../sigma/load.ts';
import { keyOf } from '../../sigma/rule/documents.ts';
import { LEVELS } from '../../sigma/rule/metadata.ts';
import { levelOf } from '../../sigma/selection.ts';
import { finished } from '../../sigma/steps.ts';
import { LOGSOURCE_TABLES } from '../../sigma/tables.ts';
import { ExitCode, type Io, parseCommandLine, writeOut, wrongUsage } from '../command.ts';
import type { RulesCommand } from '../rules.ts';
import { type EventReader, readerFor } from './events.ts';
import { parseLists } from './lists.ts';

const CORRELATION_MEMORY = 64 << 20;

/** `sigel rules test`: which rules fire on recorded events. */
export const rulesTest: RulesCommand = {
  async run(args, io) {
    const parsed = parseCommandLine(args, {
      on: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
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
    if (files.length === 0) return wrongUsage(io, 'rules', 'test: name recorded events with --on');
    for (const [file, reader] of files) {
      if (reader === undefined)
        return wrongUsage(io, 'rules', `${file}: events are read from .ndjson and .evtx files`);
    }
    const loaded = await loadRules(positionals, lists.lists);
    for (const issue of loaded.failures.flat())
      io.stderr.write(`sigel rules: not loaded: ${issueLine(issue)}\n`);
    if (loaded.rules.length + loaded.correlations.length === 0) return ExitCode.failed;
    let done = true;
    for (const [file, reader] of files) {
      const names = new WeakMap<LogRecord, number>();
      const options = {
        selection: { minLevel },
        correlationMemory: CORRELATION_MEMORY,
      };
      const refOf = (record: LogRecord): string => String(names.get(record) ?? '');
      const detector = finished(Detector.of(loaded, LOGSOURCE_TABLES, { ...options, refOf }));
      if (reader !== undefined)
        done = (await testFile(file, reader, detector, names, values.json, io)) && done;
    }
    return done ? ExitCode.done : ExitCode.failed;
  },
};

/** False when the file could not be read. */
async function testFile(
  file: string,
  reader: EventReader,
  detector: Detector,
  names: WeakMap<LogRecord, number>,
  json: boolean,
  io: Io,
): Promise<boolean> {
  let events = 0;
  let matches = 0;
  try {
    for await (const recorded of reader(file)) {
      if (recorded.kind !== 'event') {
        const place = recorded.kind === 'broken' ? `${file}:${recorded.number}` : file;
        io.stderr.write(`sigel rules: ${place}: ${recorded.reason}\n`);
        continue;
      }
      events++;
      names.set(recorded.record, recorded.number);
      for (const detection of detector.detect(recorded.record)) {
        matches++;
        await writeOut(
          io.stdout,
          json ? matchJson(detection, file, names) : matchLine(detection, file, names),
        );
      }
    }
  } catch (error) {
    io.stderr.write(
      `sigel rules: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return false;
  }
  io.stderr.write(`${file}: ${events} events, ${matches} matches\n`);
  return true;
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

function matchLine(
  { rule, record, correlation }: Detection,
  file: string,
  names: WeakMap<LogRecord, number>,
): string {
  const where = correlation === undefined ? String(names.get(record)) : correlation.refs.join(',');
  // Titles come with rules from elsewhere: no text may drive the terminal.
  const title = rule.metadata.title.replace(/\p{Cc}/gu, '\u{fffd}');
  return `${file}:${where}  ${levelOf(rule.metadata).padEnd(13)}  ${title}\n`;
}
