import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './peers/process.ts';
import { ensurePromtool } from './peers/prometheus_package.ts';
import { ROOT } from './shared_data.ts';

const peer = await ensurePromtool();
const skip = peer.kind === 'missing' ? peer.reason : false;
const FOLDER = join(ROOT, 'docker', 'prometheus');

async function promtool(...args: string[]) {
  assert.equal(peer.kind, 'ready');
  const { code, stdout, stderr } = await run(peer.path, args);
  return { code, said: stdout + stderr };
}

test('promtool takes the alert rules', { skip }, async () => {
  const { code, said } = await promtool('check', 'rules', '--lint-fatal', join(FOLDER, 'alerts.yaml'));
  assert.equal(code, 0, said);
});

test('alerts fire when they should, and not otherwise', { skip }, async () => {
  const { code, said } = await promtool('test', 'rules', join(FOLDER, 'alerts.test.yaml'));
  assert.equal(code, 0, said);
});

test('the tests of alerts fail with rules that never fire', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-alerts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tests = join(folder, 'alerts.test.yaml');
  cpSync(join(FOLDER, 'alerts.test.yaml'), tests);
  const rules = readFileSync(join(FOLDER, 'alerts.yaml'), 'utf8');
  writeFileSync(join(folder, 'alerts.yaml'), rules.replaceAll(/for: \d+[mh]/g, 'for: 1000d'));
  const { code, said } = await promtool('test', 'rules', tests);
  assert.notEqual(code, 0);
  // Each of the tests that expect an alert.
  assert.ok((said.match(/FAILED|exp:/g) ?? []).length >= 10, said);
});
