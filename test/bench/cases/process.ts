/**
 * process.ts PROCESSES COUNT: gives COUNT records of so many processes the facts of their processes. What made the
 * records is not measured.
 */
import { createNoopMeter } from '@opentelemetry/api';
import { processConfig } from '../../../processors/process/config.ts';
import { processLogs } from '../../../processors/process/process.ts';
import { keepHeapSmall } from '../../../src/heap.ts';
import { ACCEPTED } from '../../../src/model/outcome.ts';
import { Account } from '../../../src/telemetry/ledger.ts';
import { ProcessLoad } from './process_load.ts';
import { cpuSince, report } from './traces.ts';

const [processes = '1000', wanted = '1000000'] = process.argv.slice(2);
keepHeapSmall();
const load = new ProcessLoad(Number(processes));
const processor = processLogs(
  { account: new Account('process', 'processor'), meter: createNoopMeter() },
  processConfig.parse({ max_processes: 100_000 }),
  { consumeLogs: async () => ACCEPTED },
);
await processor.consumeLogs(load.starts());

let cpu = 0;
let count = 0;
while (count < Number(wanted)) {
  const batch = load.batch();
  const began = process.cpuUsage();
  await processor.consumeLogs(batch);
  cpu += cpuSince(began);
  count += batch.length;
}
report(count, cpu);
