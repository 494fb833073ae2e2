import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { signatureConfig } from '../../processors/signature/config.ts';
import { SignatureProcessor } from '../../processors/signature/signature.ts';
import type { LogsConsumer } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { hostWith } from '../support/hosts.ts';
import { retoldRecords } from '../support/retold_records.ts';
import { RETOLD } from '../support/sample_story.ts';
import { regressionSamples, sigmaRules } from '../support/sigma_samples.ts';

const rules = sigmaRules();
if (rules === undefined) process.stderr.write('NO SIGMA RULES: ../shared/data/sigma does not exist here\n');
const skip = rules === undefined ? 'no recorded rules in ../shared/data/sigma' : false;

const root = mkdtempSync(join(tmpdir(), 'sigel-samples-'));
after(() => rmSync(root, { recursive: true }));

function context(id: string) {
  const common = { logger: SILENT, meter: createNoopMeter(), resource: emptyResource() };
  return { ...common, id, account: new Account(id, 'processor') };
}

function collector(): LogsConsumer & { readonly records: LogRecord[] } {
  const records: LogRecord[] = [];
  return {
    records,
    consumeLogs: async (batch: LogBatch) => {
      records.push(...batch);
      return ACCEPTED;
    },
  };
}

test('samples of rules fire as ETW events of a container: etl, process, file_facts, signature', {
  skip,
}, async () => {
  const detections = collector();
  const samples = regressionSamples().flatMap((sample) => {
    const category = RETOLD.find((name) => sample.logsource === `windows:${name}`);
    return category === undefined ? [] : [{ ...sample, category }];
  });
  const signature = new SignatureProcessor(
    context('signature'),
    signatureConfig.parse({ rules: samples.map(({ rule }) => join(rules ?? '', rule)), emit: 'detections' }),
    detections,
  );
  await signature.start(hostWith());
  const missed: string[] = [];
  for (const { ruleId, rule, category, events } of samples) {
    detections.records.length = 0;
    for (const event of events) await signature.consumeLogs(await retoldRecords(category, event, root));
    const found = detections.records.some(({ attributes }) => attributes['security_rule.uuid'] === ruleId);
    if (!found) missed.push(rule);
  }
  assert.deepEqual(missed, []);
  assert.equal(samples.length, 117);
});
