/** Recorded event logs and the rules that must find something in them: through `sigel rules test --on FILE.evtx`. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { evtx, writeEvtx } from '../../../test/scenario/evtx_writer.ts';
import { runCli } from '../../../test/support/cli_io.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-rules-evtx-'));
after(() => rmSync(folder, { recursive: true }));

test('an event log: matches name the EventRecordID, damage is said', async () => {
  const event = (id: number, image: string, recordId: number) => ({
    provider: 'Microsoft-Windows-Sysmon',
    channel: 'Microsoft-Windows-Sysmon/Operational',
    id,
    recordId,
    data: [['Image', evtx.text(image)]] as const,
  });
  const bytes = writeEvtx([
    event(1, 'C:\\tor.exe', 71),
    event(1, 'C:\\a.exe', 72),
    event(3, 'C:\\tor.exe', 73),
  ]);
  const log = join(folder, 'log.evtx');
  writeFileSync(log, bytes);
  const rule = join(folder, 'tor.yml');
  writeFileSync(
    rule,
    'title: Tor\nid: 0d3c1f2e-5b6a-4c7d-8e9f-0a1b2c3d4e5f\nlogsource: {product: windows, category: process_creation}\n' +
      "detection:\n  a:\n    Image|endswith: '\\tor.exe'\n  condition: a\nlevel: high\n",
  );
  const { code, stdout, stderr } = await runCli(['rules', 'test', rule, '--on', log, '--json']);
  assert.equal(code, 0, stderr);
  const matches = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    matches.map(({ title, record }) => [title, record]),
    [['Tor', 71]],
  );
  const text = join(folder, 'text.evtx');
  writeFileSync(text, 'x'.repeat(200));
  const broken = await runCli(['rules', 'test', rule, '--on', text]);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /text\.evtx cannot be read: no event log/);
});

const SIGMA = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'sigma');
const have = existsSync(join(SIGMA, 'regression.json'));
if (!have) process.stderr.write('NO SIGMA SAMPLES: ../shared/data/sigma does not exist here\n');

test('each recorded log fires its rule', { skip: have ? false : 'no Sigma samples' }, async () => {
  const samples = JSON.parse(readFileSync(join(SIGMA, 'regression.json'), 'utf8')) as {
    rule_id: string;
    rule: string;
    path: string;
    match_count?: number | null;
  }[];
  const missed: string[] = [];
  for (const { rule_id: id, rule, path, match_count: count } of samples) {
    const args = ['rules', 'test', join(SIGMA, 'rules', rule), '--on', join(SIGMA, path), '--json'];
    const { stdout } = await runCli(args);
    const matches = stdout.split('\n').filter((line) => line.includes(id)).length;
    // Two of the logs hold more that the rule means than was counted when they were recorded.
    if (matches < (count ?? 1)) missed.push(`${rule}: ${matches} of ${count ?? 1}`);
  }
  assert.deepEqual(missed, []);
  assert.ok(samples.length > 100);
});
