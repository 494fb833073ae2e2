/**
 * process.ts PROCESSES COUNT: gives COUNT records of so many processes the facts of their processes; they come
 * in runs of four, every hundredth is a start or an exit, and pids are used again. What made the records is not measured.
 */
import { createNoopMeter } from '@opentelemetry/api';
import { processConfig } from '../../../processors/process/config.ts';
import { ProcessProcessor } from '../../../processors/process/process.ts';
import type { LogRecord } from '../../../src/model/log_record.ts';
import { ACCEPTED } from '../../../src/model/outcome.ts';
import { Account } from '../../../src/telemetry/ledger.ts';
import { eventRecord, lifeRecord, type Told } from '../../support/process_records.ts';
import { cpuSince, report } from './traces.ts';

const [processes = '1000', wanted = '1000000'] = process.argv.slice(2);
const running = Number(processes);
const count = Number(wanted);
const BATCH = 1024;

let sequence = 0;
let time = 0;
const told = new Map<number, Told>();

function start(slot: number): LogRecord {
  sequence++;
  const parent = told.get(slot >> 1);
  const facts: Told = {
    name: `tool-${slot}.exe`,
    commandLine: `"C:\\Windows\\System32\\tool-${slot}.exe" --run ${sequence}`,
    parentPid: pidOf(slot >> 1),
    sequence,
    created: time,
    ...(parent?.sequence === undefined ? {} : { parentSequence: parent.sequence }),
  };
  told.set(slot, facts);
  return lifeRecord('process.start', pidOf(slot), (time += 10), facts);
}

function pidOf(slot: number): number {
  return 100 + slot * 4;
}

function* records(): Generator<LogRecord> {
  for (let n = 0; ; n++) {
    const slot = ((n >> 2) * 7919) % running;
    if (n % 200 === 0) {
      const ending = Math.floor(n / 200) % running;
      yield lifeRecord('process.exit', pidOf(ending), (time += 10), told.get(ending) ?? {});
      yield start(ending);
      n++;
    } else yield eventRecord(pidOf(slot), (time += 10));
  }
}

const processor = new ProcessProcessor(
  { account: new Account('process', 'processor'), meter: createNoopMeter() },
  processConfig.parse({ max_processes: 100_000 }),
  { consumeLogs: async () => ACCEPTED },
);
await processor.consumeLogs(Array.from({ length: running }, (_, slot) => start(slot)));

let cpu = 0;
const source = records();
for (let done = 0; done < count; done += BATCH) {
  const batch: LogRecord[] = [];
  while (batch.length < BATCH) batch.push(source.next().value as LogRecord);
  const began = process.cpuUsage();
  await processor.consumeLogs(batch);
  cpu += cpuSince(began);
}
report(count, cpu);
