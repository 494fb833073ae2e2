import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import type { z } from 'zod';
import { processConfig } from '../../processors/process/config.ts';
import { processLogs } from '../../processors/process/process.ts';
import { etlConfig } from '../../receivers/etl/config.ts';
import { EtlReceiver } from '../../receivers/etl/receiver.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';

const NEVER = new AbortController().signal;

/** What comes of written traces in the pipeline `etl ► process`. */
export async function withProcesses(
  traces: readonly Uint8Array[],
  config: z.input<typeof processConfig> = {},
  receiver: { readonly include_event_data?: boolean } = {},
): Promise<readonly LogRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-process-'));
  try {
    const include = traces.map((bytes, i) => {
      const path = join(folder, `${i}.etl`);
      writeFileSync(path, bytes);
      return path;
    });
    return await run(etlConfig.parse({ include, ...receiver }), processConfig.parse(config));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function run(
  etl: z.infer<typeof etlConfig>,
  config: z.infer<typeof processConfig>,
): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  const common = { logger: SILENT, meter: createNoopMeter(), resource: emptyResource() };
  const account = new Account('process', 'processor');
  const processor = processLogs({ ...common, account }, config, {
    consumeLogs: async (batch) => {
      records.push(...batch);
      return ACCEPTED;
    },
  });
  const reads = { ...common, id: 'etl', account: new Account('etl', 'receiver') };
  const receiver = new EtlReceiver(reads, etl, processor);
  const failure = await new Promise<string | undefined>((resolve, reject) => {
    const host = { extension: () => assert.fail('none'), finished: resolve, fatal: reject };
    receiver.start(host).catch(reject);
  });
  await receiver.shutdown(NEVER);
  assert.equal(failure, undefined);
  assert.equal(account.imbalance(), 0);
  assert.equal(account.emitted, records.length);
  return records;
}
