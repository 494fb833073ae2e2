/** Rules on recorded traces: through `sigel rules test --on FILE.etl`. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { scenario } from '../../../test/scenario/scenario.ts';
import { runCli } from '../../../test/support/cli_io.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-rules-etl-'));
after(() => rmSync(folder, { recursive: true }));
const put = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const story = scenario();
const shell = story.process('cmd.exe');
for (const name of ['whoami.exe', 'ipconfig.exe', 'whoami.exe']) {
  story.after('5ms');
  shell.starts(`C:\\Windows\\System32\\${name} /x`).exits(0);
}
const bytes = story.trace();
const trace = put('story.etl', bytes);
const packed = put('story.etl.gz', gzipSync(bytes));
const rule = put(
  'rules.yml',
  `title: Who
id: who
level: high
logsource: {product: windows, category: process_creation}
detection:
    s: {Image|endswith: '\\whoami.exe', ParentImage|endswith: '\\cmd.exe', CommandLine|contains: /x}
    condition: s
---
title: Twice
id: twice
correlation: {type: event_count, rules: [who], timespan: 1m, condition: {gte: 2}, generate: true}
`,
);

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

for (const file of [trace, packed]) {
  test(`${file.slice(folder.length + 1)}: matches name the place that inspect --events shows`, async () => {
    const { code, stdout, stderr } = await runCli(['rules', 'test', rule, '--on', file, '--json']);
    assert.equal(code, 0, stderr);
    const events = lines((await runCli(['inspect', '--events', file])).stdout);
    const starts = events.flatMap((event, place) =>
      event['event'] === 'ProcessStart' && JSON.stringify(event['data']).includes('whoami.exe')
        ? [place]
        : [],
    );
    assert.equal(starts.length, 2);
    assert.deepEqual(
      lines(stdout).map(({ rule_id: id, record, records }) => [id, record ?? records]),
      [
        ['who', starts[0]],
        ['who', starts[1]],
        ['twice', starts],
      ],
    );
  });
}

test('what is no trace cannot be read', async () => {
  const { code, stderr } = await runCli([
    'rules',
    'test',
    rule,
    '--on',
    put('broken.etl', new Uint8Array(99)),
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /broken\.etl cannot be read: /);
});
