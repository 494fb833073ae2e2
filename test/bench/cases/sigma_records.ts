import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeKey } from '../../../src/model/attribute_set.ts';
import { Attr } from '../../../src/model/attributes.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import type { Value } from '../../../src/model/value.ts';
import { flatRecord } from '../../../src/sigma/event_log/flat_record.ts';
import { etwLogsources } from '../../../src/sigma/fields/table.ts';
import { withProcesses } from '../../behavior/with_processes.ts';
import { traceBytes, tracePath } from '../../interop/shared_data.ts';
import { Random } from '../../scenario/random.ts';
import { retoldRecords } from '../../support/retold_records.ts';
import { RETOLD } from '../../support/sample_story.ts';
import { regressionSamples } from '../../support/sigma_samples.ts';

/** Recorded traces with processes of the kernel logger and their command lines. */
const TRACES = ['shutdown-kernel-w10', 'diaghub-kernel-w10', 'dynamic-ws22-xpress'];
const LIFE = new Set(['process.start', 'process.rundown', 'process.exit']);

/**
 * Process starts: those of the regression samples, told again as traces with their files, and the processes of recorded
 * traces (which ran already, and are taken as if they started).
 */
export async function processStarts(): Promise<LogRecord[]> {
  const recorded = (await recordedLives()).filter(({ eventName }) => eventName !== 'process.exit');
  const started = recorded.map((record) => record.with({ eventName: 'process.start' }));
  return [...(await sampleRecords('process_creation')), ...started];
}

/** All regression samples, those that cannot be told again as events of event logs, and the lives of processes. */
export async function mixedRecords(): Promise<LogRecord[]> {
  return [...(await sampleRecords()), ...(await recordedLives())];
}

async function recordedLives(): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  for (const id of TRACES) records.push(...(await withProcesses([traceBytes(tracePath(id))])));
  return records.filter(({ eventName }) => LIFE.has(eventName));
}

async function sampleRecords(only?: string): Promise<LogRecord[]> {
  const root = mkdtempSync(join(tmpdir(), 'sigel-bench-samples-'));
  const records: LogRecord[] = [];
  try {
    for (const { logsource, events } of regressionSamples()) {
      const category = RETOLD.find((name) => logsource === `windows:${name}`);
      if (only !== undefined && category !== only) continue;
      for (const event of events) {
        const told = category === undefined ? [] : await retoldRecords(category, event, root);
        records.push(lastOf(category, told) ?? flatRecord(event));
      }
    }
  } finally {
    rmSync(root, { recursive: true });
  }
  return records;
}

/** The sample's record: the last that rules of its category are for. Others say who did it, and what he closed. */
function lastOf(category: string | undefined, told: readonly LogRecord[]): LogRecord | undefined {
  const source = etwLogsources.find({ product: 'windows', category, service: undefined });
  const names: readonly string[] =
    source === undefined || source.eventNames === 'any' ? [] : source.eventNames;
  return told.findLast(({ eventName }) => names.includes(eventName));
}

const WORDS =
  '--type=renderer /c /s --lang=en-US -File C:\\ProgramData\\app\\run.ps1 --port 8080 /quiet update -v'.split(
    ' ',
  );

/** Records with other command lines, no two alike: some of their own words, some others, and a number. */
export function varied(records: readonly LogRecord[], random: Random): LogRecord[] {
  return records.map((record) => {
    const line = record.get(Attr.processCommandLine);
    if (line === undefined) return record;
    const own = line.split(' ');
    const words = Array.from({ length: random.integer(3, 15) }, () => {
      const from = random.integer(0, 2) === 0 ? own : WORDS;
      return from[random.integer(0, from.length)] ?? '';
    });
    return withOwn(
      record,
      Attr.processCommandLine,
      [own[0] ?? '', ...words, random.integer(0, 2 ** 31)].join(' '),
    );
  });
}

function withOwn(record: LogRecord, key: AttributeKey, value: Value): LogRecord {
  const { shape } = record.own;
  const at = shape.indexOf(key);
  if (at < 0) return record;
  const values = record.own.values.slice();
  values[at] = value;
  return record.with({ own: { shape, values } });
}
