import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { etlConfig } from '../../receivers/etl/config.ts';
import { etlReceiver } from '../../receivers/etl/index.ts';
import type { LogBatch } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account, total } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { Random } from '../scenario/random.ts';
import { serviceView } from '../support/service_view.ts';
import { MUTATORS } from './mutators.ts';
import { sources } from './sources.ts';

test('the receiver reads a folder of damaged traces to its end, and its account adds up', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-fuzz-'));
  try {
    const written = writeMutants(folder);
    const account = new Account('etl', 'receiver');
    let records = 0;
    const consumeLogs = async (batch: LogBatch) => {
      records += batch.length;
      return ACCEPTED;
    };
    const context = {
      id: 'etl',
      logger: SILENT,
      account,
      meter: createNoopMeter(),
      resource: resourceFromAttributes({}),
      service: serviceView(),
    };
    const config = etlConfig.parse({ include: [folder], progress: false });
    const receiver = etlReceiver.create(context, config, { logs: { consumeLogs } });
    await new Promise<void>((resolve, reject) => {
      const extension = (id: string) => {
        throw new Error(`no extension ${id}`);
      };
      void receiver.start({ extension, finished: () => resolve(), fatal: reject });
    });
    await receiver.shutdown(AbortSignal.timeout(10_000));
    assert.ok(records > written, `${records} records of ${written} traces`);
    assert.deepEqual(
      { imbalance: account.imbalance(), emitted: account.emitted, lost: total(account.lost) },
      { imbalance: 0, emitted: records, lost: 0 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Every way of damage in every fourth trace, by turns; returns how many were written. */
function writeMutants(folder: string): number {
  const random = new Random(7);
  const originals = sources();
  let written = 0;
  for (const [turn, mutator] of Object.values(MUTATORS).entries()) {
    for (const [i, trace] of originals.entries()) {
      if ((i + turn) % 4 !== 0) continue;
      const mutant = mutator(trace, random, originals[(i + 1) % originals.length] ?? trace);
      if (mutant === undefined) continue;
      writeFileSync(join(folder, `${written}.etl`), mutant.bytes);
      written++;
    }
  }
  return written;
}
