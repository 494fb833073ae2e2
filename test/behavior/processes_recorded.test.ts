import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../src/model/log_record.ts';
import type { KnownProcess } from '../../src/process/known_process.ts';
import { processOf } from '../../src/process/process_block.ts';
import { NO_TRACES, traceBytes, tracePath } from '../interop/shared_data.ts';
import { withProcesses } from './with_processes.ts';

/** Of each process that was seen to start, the first program that it loads: its own image, whatever else is said. */
function* firstPrograms(records: readonly LogRecord[]): Generator<[process: KnownProcess, program: string]> {
  const seen = new Set<KnownProcess>();
  for (const record of records) {
    const process = processOf(record);
    const path = record.attributes['dll.path'];
    if (process?.startedAt === undefined || seen.has(process) || typeof path !== 'string') continue;
    if (record.eventName !== 'process.module.load' || !/\.exe$/i.test(path)) continue;
    seen.add(process);
    yield [process, path.split('\\').at(-1)?.toLowerCase() ?? ''];
  }
}

const traces: readonly [id: string, programs: number, named: number][] = [
  ['dynamic-ws22-xpress', 0, 0.99],
  ['kernel-process-w7', 4, 0.69],
  ['perfview452-x64-w8-xpress', 1, 0.99],
  ['diaghub-kernel-w10', 1, 1],
];

for (const [id, programs, named] of traces) {
  test(`processes of ${id}: named, and each loads the program it is said to be`, {
    skip: NO_TRACES,
  }, async () => {
    const records = await withProcesses([traceBytes(tracePath(id))]);
    const first = [...firstPrograms(records)];
    for (const [{ facts }, program] of first)
      assert.ok(
        program.startsWith(facts.name?.toLowerCase().slice(0, 14) ?? ''),
        `${facts.name} loads ${program}`,
      );
    assert.ok(first.length >= programs, `${first.length} programs`);
    const pids = records.filter(({ attributes }) => attributes['process.pid'] !== undefined);
    const share =
      pids.filter((r) => r.attributes['process.executable.name'] !== undefined).length / pids.length;
    assert.ok(share >= named, `${share} are named`);
  });
}
