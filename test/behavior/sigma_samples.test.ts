import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { retoldRecords } from '../support/retold_records.ts';
import { RETOLD } from '../support/sample_story.ts';
import { regressionSamples, sigmaRules } from '../support/sigma_samples.ts';
import { openSignatures } from '../support/signature_processor.ts';

const rules = sigmaRules();
if (rules === undefined) process.stderr.write('NO SIGMA RULES: ../shared/data/sigma does not exist here\n');
const skip = rules === undefined ? 'no recorded rules in ../shared/data/sigma' : false;

const root = mkdtempSync(join(tmpdir(), 'sigel-samples-'));
after(() => rmSync(root, { recursive: true }));

test('samples of rules fire as ETW events of a container: etl, process, file_facts, signature', {
  skip,
}, async () => {
  const samples = regressionSamples().flatMap((sample) => {
    const category = RETOLD.find((name) => sample.logsource === `windows:${name}`);
    return category === undefined ? [] : [{ ...sample, category }];
  });
  const run = await openSignatures({
    rules: samples.map(({ rule }) => join(rules ?? '', rule)),
    emit: 'detections',
  });
  const missed: string[] = [];
  for (const { ruleId, rule, category, events } of samples) {
    run.seen.length = 0;
    for (const event of events) await run.processor.consumeLogs(await retoldRecords(category, event, root));
    const found = run.seen.flat().some(({ attributes }) => attributes['security_rule.uuid'] === ruleId);
    if (!found) missed.push(rule);
  }
  assert.deepEqual(missed, []);
  assert.equal(samples.length, 117);
});
