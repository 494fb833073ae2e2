import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../test/support/cli_io.ts';
import { BUILTIN_RULES } from '../sigma/builtin.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-rules-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const rule = (id: string, category: string, sel: string): string =>
  `title: Rule ${id}\nid: ${id}\nlevel: high\nlogsource: {product: windows, category: ${category}}\ndetection:\n    sel: ${sel}\n    condition: sel\n---\n`;
const good = file(
  'good.yml',
  rule('one', 'process_creation', "{Image|endswith: '\\cmd.exe', CommandLine|contains: whoami}") +
    rule('two', 'dns_query', '{QueryName: evil.example}') +
    'title: Both\nid: both\nlevel: critical\ncorrelation: {type: temporal, rules: [one, two], timespan: 1m, generate: true}\n',
);
const lacking = file('lacking.yml', rule('three', 'process_creation', "{User|expand: '%admins%'}"));
const broken = file('broken.yml', rule('four', 'process_creation', '{Image|containz: a}'));
const events = file(
  'events.ndjson',
  [
    {
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventID: 1,
      Image: 'C:\\cmd.exe',
      CommandLine: 'cmd /c WhoAmI',
    },
    {
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      EventID: 5,
      Image: 'C:\\cmd.exe',
      CommandLine: 'whoami',
    },
    { Channel: 'Security', EventID: 4688, NewProcessName: 'C:\\cmd.exe', CommandLine: 'whoami' },
    { EventID: 22, QueryName: 'evil.example' },
    { QueryName: 'evil.example' },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join(''),
);

test('check: all rules load', async () => {
  const { code, stdout, stderr } = await runCli(['rules', 'check', good]);
  assert.deepEqual([code, stdout, stderr], [0, '2 rules, 1 correlation, 0 failures in 1 file\n', '']);
});

test('check: a rule that only lacks a list is told, and no failure of the command', async () => {
  const { code, stdout, stderr } = await runCli(['rules', 'check', good, lacking]);
  assert.deepEqual(
    [code, stdout],
    [0, '2 rules, 1 correlation, 1 failure, 1 of them for want of a list in 2 files\n'],
  );
  assert.match(stderr, /lacking\.yml:6:24: error\[missing_list\]: there is no list "admins"/);
  const given = await runCli(['rules', 'check', good, lacking, '--list', 'admins=root,adm']);
  assert.equal(given.stdout, '3 rules, 1 correlation, 0 failures in 2 files\n');
});

test('check: built-in rules load without the lists that they name, as they run', async () => {
  const { code, stdout, stderr } = await runCli(['rules', 'check', BUILTIN_RULES]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^\d+ rules, \d+ correlations, 0 failures in \d+ files$/m);
});

test('test: built-in rules run without the lists that they name, and with those that are given', async () => {
  const tor = join(BUILTIN_RULES, 'connection_to_tor_exit.yml');
  const event = join(folder, 'connection.ndjson');
  const connection = {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    EventID: 3,
    DestinationIp: '198.51.100.9',
  };
  writeFileSync(event, `${JSON.stringify(connection)}\n`);
  const run = ['rules', 'test', tor, '--on', event];
  const without = await runCli(run);
  assert.deepEqual([without.code, without.stdout, without.stderr], [0, '', `${event}: 1 event, 0 matches\n`]);
  const given = await runCli([...run, '--list', 'tor_exit_nodes=198.51.100.9']);
  assert.match(given.stdout, /Connection from or to a Tor exit node/);
});

test('check: a rule that cannot load is told with its place, and the command fails', async () => {
  const { code, stdout } = await runCli(['rules', 'check', '--json', folder]);
  assert.equal(code, 1);
  const result = JSON.parse(stdout) as { rules: number; failures: { issues: object[] }[] };
  assert.equal(result.rules, 2);
  assert.deepEqual(result.failures[0]?.issues, [
    {
      file: broken,
      line: 6,
      column: 11,
      code: 'unknown_modifier',
      message: 'there is no modifier "containz"',
      hint: 'did you mean "contains"?',
    },
  ]);
});

test('test: a JSON line for each match, correlations with their records', async () => {
  const { code, stdout, stderr } = await runCli(['rules', 'test', good, '--on', events, '--json']);
  assert.equal(code, 0);
  const matches = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(matches[0], { rule_id: 'one', title: 'Rule one', level: 'high', file: events, record: 1 });
  assert.deepEqual(
    matches.map((match) => [match['rule_id'], match['record'] ?? match['records']]),
    [
      ['one', 1],
      ['one', 3],
      ['two', 4],
      ['both', [3, 4]],
      ['two', 5],
    ],
  );
  assert.match(stderr, /events\.ndjson: 5 events, 5 matches/);
});

test('test: for a person, from a level on', async () => {
  const { stdout } = await runCli(['rules', 'test', good, '--on', events, '--min-level', 'critical']);
  assert.equal(stdout, `${events}:3,4  critical       Both\n`);
});

test('test: a broken line is told, the others are read', async () => {
  const path = file('mixed.ndjson', '{"EventID": 22\n[]\n\n{"QueryName": "evil.example"}\n');
  const { code, stdout, stderr } = await runCli(['rules', 'test', good, '--on', path, '--json']);
  assert.equal(code, 1);
  assert.equal((JSON.parse(stdout) as { record: number }).record, 4);
  assert.match(stderr, /mixed\.ndjson:1: [\s\S]*mixed\.ndjson:2: no JSON object/);
});

test('test: a file that cannot be read fails', async () => {
  const { code, stderr } = await runCli(['rules', 'test', good, '--on', join(folder, 'none.ndjson')]);
  assert.equal(code, 1);
  assert.match(stderr, /none\.ndjson cannot be read/);
});

test('explain: which parts an event meets', async () => {
  const event = file('event.json', JSON.stringify({ EventID: 1, Image: 'C:\\cmd.exe', CommandLine: 'dir' }));
  const one = file(
    'one.txt',
    rule('one', 'process_creation', "{Image|endswith: '\\cmd.exe', CommandLine|contains: whoami}"),
  );
  const { code, stdout } = await runCli(['rules', 'explain', one, event]);
  assert.equal(code, 0);
  assert.equal(
    stdout,
    'Rule one\n  no   all of\n    yes  Image: *\\\\cmd.exe\n    no   CommandLine: *whoami*\n',
  );
});

const wrong: readonly [args: readonly string[], error: RegExp][] = [
  [[], /say what: check, test, coverage, pack, explain, except/],
  [['chek'], /no 'chek' here/],
  [['check'], /name at least one file or folder of rules/],
  [
    ['test', good, '--on', 'x.csv'],
    /x\.csv: events are read from \.ndjson, \.evtx, \.etl and \.etl\.gz files/,
  ],
  [['test', good, '--on', events, '--min-level', 'grave'], /--min-level is one of/],
  [['check', good, '--list', 'x'], /--list takes NAME=VALUE/],
  [['explain', good], /name a rule file and a file with one event/],
];
for (const [args, error] of wrong) {
  test(`wrong usage: rules ${args.map((arg) => arg.split('/').at(-1)).join(' ')}`, async () => {
    const { code, stderr } = await runCli(['rules', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, error);
  });
}
