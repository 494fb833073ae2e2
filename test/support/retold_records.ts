import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { fileFactsConfig } from '../../processors/file_facts/config.ts';
import { FileFactsProcessor } from '../../processors/file_facts/file_facts.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { withProcesses } from '../behavior/with_processes.ts';
import { writePe } from './pe_writer.ts';
import { fileOf, type RETOLD, retell, type SampleEvent } from './sample_story.ts';

/**
 * The records of a sample's event, told again as a trace, after `etl ► process ► file_facts`. `root` is a folder for the
 * files that events are about.
 */
export async function retoldRecords(
  category: (typeof RETOLD)[number],
  event: SampleEvent,
  root: string,
): Promise<readonly LogRecord[]> {
  putFile(category, event, root);
  const records: LogRecord[] = [];
  const common = { logger: SILENT, meter: createNoopMeter(), resource: emptyResource() };
  const facts = new FileFactsProcessor(
    { ...common, account: new Account('file_facts', 'processor') },
    fileFactsConfig.parse({ root, wait: '10s' }),
    {
      consumeLogs: async (batch) => {
        records.push(...batch);
        return ACCEPTED;
      },
    },
  );
  await facts.consumeLogs(await withProcesses([retell(category, event)]));
  return records;
}

function putFile(category: string, event: SampleEvent, root: string): void {
  const file = fileOf(category, event);
  if (file === undefined || !/^[A-Z]:\\/i.test(file.path)) return;
  const path = join(root, file.path.replace(':', '').replaceAll('\\', '/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writePe(file.pe));
}
