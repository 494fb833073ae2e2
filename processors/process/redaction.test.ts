import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { Attr } from '../../src/model/attributes.ts';
import { lifeRecord, own } from '../../test/support/process_records.ts';
import { processConfig } from './config.ts';
import { compilePattern, Redaction } from './redaction.ts';

type Rules = z.input<typeof processConfig>['redact'];
const PASSWORD = { pattern: '(?i)(--?(?:password|token)[ =:]+)("[^"]*"|\\S+)', replacement: '$1***' };

const texts: readonly [title: string, rules: Rules, text: string, redacted: string][] = [
  ['a value after an option', [PASSWORD], 'x.exe --password hunter2 -v', 'x.exe --password *** -v'],
  ['a quoted value, in any case', [PASSWORD], 'x -TOKEN="a b" y', 'x -TOKEN=*** y'],
  ['all that match', [PASSWORD], '--token a --password=b', '--token *** --password=***'],
  ['the default replacement', [{ pattern: 'AKIA[0-9A-Z]{4}' }], 'k AKIA1234 k', 'k *** k'],
  ['nothing in its place', [{ pattern: 'secret ', replacement: '' }], 'a secret b', 'a b'],
  ['a dollar sign', [{ pattern: 'p=\\w+', replacement: 'p=$$' }], 'p=q', 'p=$'],
  [
    'rules in order',
    [
      { pattern: 'a', replacement: 'b' },
      { pattern: 'b', replacement: 'c' },
    ],
    'ab',
    'cc',
  ],
  ['nothing that matches', [PASSWORD], 'cmd.exe /c dir', 'cmd.exe /c dir'],
];
for (const [title, redact, text, redacted] of texts) {
  test(`redaction: ${title}`, () => {
    const redaction = new Redaction(processConfig.parse({ redact }).redact);
    assert.equal(redaction.text(text), redacted);
    assert.equal(redaction.text(text), redacted);
  });
}

const wrong: readonly [title: string, pattern: string, reason: RegExp][] = [
  ['look-ahead', 'a(?=b)', /RE2/],
  ['a back reference', '(a)\\1', /RE2/],
  ['an open group', '(a', /RE2/],
  ['one that matches nothing everywhere', 'a*', /at least one character/],
  ['too many repetitions', '(a{1000}){1000}', /RE2/],
];
for (const [title, pattern, reason] of wrong) {
  test(`redaction: ${title} is refused`, () => {
    const compiled = compilePattern(pattern);
    assert.equal(compiled.kind, 'wrong');
    assert.match(compiled.kind === 'wrong' ? compiled.reason : '', reason);
    assert.equal(processConfig.safeParse({ redact: [{ pattern }] }).success, false);
  });
}

test('redaction: the longest command line and a pattern that hangs others come to an end', () => {
  const redaction = new Redaction([{ pattern: '(a+)+$|(a|aa)+b|x', replacement: 'y'.repeat(256) }]);
  assert.equal(redaction.text(`${'a'.repeat(32_000)}!`).length, 32_001);
  assert.ok(redaction.text('x'.repeat(32_000)).length <= 32_767);
});

test('redaction: the body and the payload that quote the command line do not show it either', () => {
  const redaction = new Redaction([PASSWORD]);
  for (const filler of ['', 'x'.repeat(285)]) {
    const commandLine = `tool.exe ${filler} --password hunter2`;
    const quoted = commandLine.length > 300 ? `${commandLine.slice(0, 300)}…` : commandLine;
    const record = lifeRecord('process.start', 8, 0).with({
      own: own([
        [Attr.processPid, 8],
        [Attr.processCommandLine, commandLine],
        [Attr.etwEventData, { CommandLine: commandLine, Other: 'kept', N: 3 }],
      ]),
      body: `process started: ${quoted} (pid 8)`,
    });
    const redacted = redaction.apply(record);
    const text = JSON.stringify([redacted.attributes, redacted.body]);
    assert.ok(!text.includes('hunt'), text);
    assert.match(String(redacted.body), /^process started: tool\.exe .*\(pid 8\)$/);
    assert.match(text, /kept/);
  }
});

test('redaction: without rules, a command line, or a match, the record is the very same', () => {
  const start = lifeRecord('process.start', 8, 0, { commandLine: 'x --password y' });
  const without = lifeRecord('process.start', 8, 0);
  const other = lifeRecord('process.start', 8, 0, { commandLine: 'x' });
  assert.equal(new Redaction([]).apply(start), start);
  assert.equal(new Redaction([PASSWORD]).apply(without), without);
  assert.equal(new Redaction([PASSWORD]).apply(other), other);
});
