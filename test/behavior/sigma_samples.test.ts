import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { fileFactsConfig } from '../../processors/file_facts/config.ts';
import { FileFactsProcessor } from '../../processors/file_facts/file_facts.ts';
import { signatureConfig } from '../../processors/signature/config.ts';
import { SignatureProcessor } from '../../processors/signature/signature.ts';
import type { LogsConsumer } from '../../src/component.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { writePe } from '../support/pe_writer.ts';
import { fileOf, RETOLD, retell, type SampleEvent } from '../support/sample_story.ts';
import { regressionSamples, sigmaRules } from '../support/sigma_samples.ts';
import { withProcesses } from './with_processes.ts';

const rules = sigmaRules();
if (rules === undefined) process.stderr.write('NO SIGMA RULES: ../shared/data/sigma does not exist here\n');
const skip = rules === undefined ? 'no recorded rules in ../shared/data/sigma' : false;

const root = mkdtempSync(join(tmpdir(), 'sigel-samples-'));
after(() => rmSync(root, { recursive: true }));

function categoryOf(logsource: string): string | undefined {
  return RETOLD.find((name) => logsource === `windows:${name}`);
}

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

function putFile(category: string, event: SampleEvent): void {
  const file = fileOf(category, event);
  if (file === undefined || !/^[A-Z]:\\/i.test(file.path)) return;
  const path = join(root, file.path.replace(':', '').replaceAll('\\', '/'));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writePe(file.pe));
}

test('samples of rules fire as ETW events of a container: etl, process, file_facts, signature', {
  skip,
}, async () => {
  const detections = collector();
  const samples = regressionSamples().filter(({ logsource }) => categoryOf(logsource) !== undefined);
  const signature = new SignatureProcessor(
    context('signature'),
    signatureConfig.parse({ rules: samples.map(({ rule }) => join(rules ?? '', rule)), emit: 'detections' }),
    detections,
  );
  await signature.start();
  const missed: string[] = [];
  for (const { ruleId, rule, logsource, events } of samples) {
    const category = categoryOf(logsource) ?? '';
    detections.records.length = 0;
    for (const event of events) {
      putFile(category, event);
      const facts = new FileFactsProcessor(
        context('file_facts'),
        fileFactsConfig.parse({ root, wait: '10s' }),
        signature,
      );
      await facts.consumeLogs(await withProcesses([retell(category, event)]));
    }
    const found = detections.records.some(({ attributes }) => attributes['security_rule.uuid'] === ruleId);
    if (!found) missed.push(rule);
  }
  assert.deepEqual(missed, []);
  assert.equal(samples.length, 117);
});
