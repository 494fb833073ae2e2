import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withProcesses } from '../behavior/with_processes.ts';
import { sigmaRules } from '../support/sigma_samples.ts';
import { openSignatures } from '../support/signature_processor.ts';
import { index, NO_TRACES, traceBytes, tracePath } from './shared_data.ts';

// Recorded traces of machines that nobody attacked, judged by all published rules and by those that Sigel brings. Whatever
// is high or critical there is a false alarm, and has to be explained here.

const rules = sigmaRules();
const skip = NO_TRACES === false && rules === undefined ? 'no rules in ../shared/data/sigma' : NO_TRACES;

/** High and critical hits, and why they are none of ours: `trace: rule: program`. */
const EXPLAINED: readonly string[] = [];

test('no high or critical hit on the recorded traces is unexplained', { skip }, async () => {
  const run = await openSignatures({ rules: [rules ?? ''], emit: 'detections' });
  const hits: string[] = [];
  let [records, lesser] = [0, 0];
  for (const { id = '' } of index()) {
    const read = await withProcesses([traceBytes(tracePath(id))]);
    records += read.length;
    await run.processor.consumeLogs(read);
    for (const { attributes } of run.seen.splice(0).flat()) {
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
