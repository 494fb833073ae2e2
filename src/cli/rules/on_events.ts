import { issueLine } from '../../config/issue_line.ts';
import { fileReason } from '../../config/read_file.ts';
import type { LogRecord } from '../../model/log_record.ts';
import { type Detection, Detector } from '../../sigma/detector.ts';
import type { LoadedRules } from '../../sigma/load.ts';
import type { CorrelationRule, SigmaRule } from '../../sigma/rule/documents.ts';
import type { Level } from '../../sigma/rule/metadata.ts';
import { finished } from '../../sigma/steps.ts';
import { LOGSOURCE_TABLES } from '../../sigma/tables.ts';
import { ExitCode, type Io, writeOut } from '../command.ts';
import { counted } from '../counted.ts';
import type { EventReader } from './events.ts';
import { eventSuites, type FileRun } from './events_junit.ts';
import type { Tested } from './junit.ts';
import { matchJson, matchLine, matchPlace, type RecordNumbers } from './match_text.ts';

const CORRELATION_MEMORY = 64 << 20;
/** Records of one rule that a JUnit file names. */
const MAX_PLACES = 20;

/** A file of recorded events and how it is read. */
export interface Recording {
  readonly file: string;
  readonly read: EventReader;
}

/** On what rules are tried, and how their matches are told. */
export interface EventsRequest {
  readonly recordings: readonly Recording[];
  readonly minLevel: Level | undefined;
  readonly json: boolean;
}

/** Tries rules on recorded events; each recording meets rules that have seen nothing. */
export async function testOnEvents(loaded: LoadedRules, request: EventsRequest, io: Io): Promise<Tested> {
  for (const issue of loaded.failures.flat())
    io.stderr.write(`sigel rules: not loaded: ${issueLine(issue)}\n`);
  if (loaded.rules.length + loaded.correlations.length === 0)
    return { suites: eventSuites(loaded, []), exitCode: ExitCode.failed };
  const runs: FileRun[] = [];
  for (const recording of request.recordings) runs.push(await testOn(recording, loaded, request, io));
  const failed = runs.some(({ error }) => error !== undefined);
  return { suites: eventSuites(loaded, runs), exitCode: failed ? ExitCode.failed : ExitCode.done };
}

async function testOn(
  { file, read }: Recording,
  loaded: LoadedRules,
  { minLevel, json }: EventsRequest,
  io: Io,
): Promise<FileRun> {
  const numbers: RecordNumbers = new WeakMap();
  const detector = finished(
    Detector.of(loaded, LOGSOURCE_TABLES, {
      selection: { minLevel },
      correlationMemory: CORRELATION_MEMORY,
      refOf: (record: LogRecord) => String(numbers.get(record) ?? ''),
    }),
  );
  const fired = new Fired(numbers);
  let events = 0;
  let broken = 0;
  try {
    for await (const recorded of read(file, io)) {
      if (recorded.kind !== 'event') {
        if (recorded.kind === 'broken') broken++;
        const place = recorded.kind === 'broken' ? `${file}:${recorded.number}` : file;
        io.stderr.write(`sigel rules: ${place}: ${recorded.reason}\n`);
        continue;
      }
      events++;
      numbers.set(recorded.record, recorded.number);
      for (const detection of detector.detect(recorded.record)) {
        fired.note(detection);
        await writeOut(io.stdout, (json ? matchJson : matchLine)(detection, file, numbers));
      }
    }
  } catch (error) {
    const reason = `${file} cannot be read: ${fileReason(error)}`;
    io.stderr.write(`sigel rules: ${reason}\n`);
    return { file, fired: fired.places, error: reason };
  }
  io.stderr.write(`${file}: ${counted(events, 'event')}, ${counted(fired.count, 'match', 'matches')}\n`);
  const error =
    broken === 0
      ? undefined
      : `${counted(broken, 'line')} of ${file} ${broken === 1 ? 'is' : 'are'} no event`;
  return { file, fired: fired.places, error };
}

/** What fired, and the first records on which each did. */
class Fired {
  readonly places = new Map<SigmaRule | CorrelationRule, string[]>();
  readonly #numbers: RecordNumbers;
  count = 0;

  constructor(numbers: RecordNumbers) {
    this.#numbers = numbers;
  }

  note(detection: Detection): void {
    this.count++;
    const places = this.places.get(detection.rule) ?? [];
    if (places.length < MAX_PLACES) places.push(matchPlace(detection, this.#numbers));
    this.places.set(detection.rule, places);
  }
}
