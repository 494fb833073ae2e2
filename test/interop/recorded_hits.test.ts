import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import { signatureConfig } from '../../processors/signature/config.ts';
import { SignatureProcessor } from '../../processors/signature/signature.ts';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { withProcesses } from '../behavior/with_processes.ts';
import { hostWith } from '../support/hosts.ts';
import { sigmaRules } from '../support/sigma_samples.ts';
import { index, NO_TRACES, traceBytes, tracePath } from './shared_data.ts';

// Recorded traces of machines that nobody attacked, judged by all published rules and by those that Sigel brings. Whatever
// is high or critical there is a false alarm, and has to be explained here.

const rules = sigmaRules();
const skip = NO_TRACES === false && rules === undefined ? 'no rules in ../shared/data/sigma' : NO_TRACES;

/** High and critical hits, and why they are none of ours: `trace: rule: program`. */
const EXPLAINED: readonly string[] = [];

test('no high or critical hit on the recorded traces is unexplained', { skip }, async () => {
  const found: LogRecord[] = [];
  const signature = new SignatureProcessor(
    {
      id: 'signature',
      logger: SILENT,
      meter: createNoopMeter(),
      resource: emptyResource(),
      account: new Account('signature', 'processor'),
    },
    signatureConfig.parse({ rules: [rules], emit: 'detections' }),
    {
      consumeLogs: async (batch) => {
        found.push(...batch);
        return ACCEPTED;
      },
    },
  );
  await signature.start(hostWith());
  const hits: string[] = [];
  let [records, lesser] = [0, 0];
  for (const { id = '' } of index()) {
    const read = await withProcesses([traceBytes(tracePath(id))]);
    records += read.length;
    await signature.consumeLogs(read);
    for (const { attributes } of found.splice(0)) {
      const isGrave = ['high', 'critical'].includes(String(attributes['sigel.rule.level']));
      lesser += isGrave ? 0 : 1;
      if (!isGrave) continue;
      const { 'security_rule.name': rule, 'process.executable.name': program } = attributes;
      hits.push(`${id}: ${String(rule)}: ${String(program)}`);
    }
  }
  assert.ok(records > 300_000, `${records} records`);
  assert.ok(lesser > 0, 'the rules are at work');
  assert.deepEqual([...new Set(hits)], EXPLAINED);
});
