/** Rules on the tests beside them, and what comes of them as JUnit XML: through `sigel rules test`. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../../test/support/cli_io.ts';

const root = mkdtempSync(join(tmpdir(), 'sigel-own-tests-'));
after(() => rmSync(root, { recursive: true }));

function folder(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(root, 'rules-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const rule = (title: string, detection: string): string =>
  `title: ${title}\nid: ${title.toLowerCase()}\nname: ${title.toLowerCase()}\nlogsource: {product: windows, category: process_creation}\ndetection: {s: ${detection}, condition: s}\n`;
const TOOL = rule('Tool', "{Image|endswith: '\\tool.exe'}");
const TWICE =
  'title: Twice\nid: twice\ncorrelation: {type: event_count, rules: [tool], timespan: 1m, condition: {gte: 2}}\n';

async function run(
  files: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string; cases: Record<string, unknown>[] }> {
  const path = folder(files);
  const json = await runCli(['rules', 'test', path, '--json']);
  const { code, stdout, stderr } = await runCli(['rules', 'test', path]);
  assert.equal(json.code, code);
  const lines = json.stdout.split('\n').filter((line) => line !== '');
  return {
    code,
    stdout: stdout.replaceAll(`${path}/`, ''),
    stderr,
    cases: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const outcomes: readonly [
  title: string,
  files: Readonly<Record<string, string>>,
  code: number,
  outcomes: readonly string[],
  said: RegExp,
][] = [
  [
    'what is as it should be passes',
    {
      'a.yml': TOOL,
      'a.test.yml': "fires: [{Image: 'C:\\tool.exe'}]\nquiet: [{Image: x}, {category: dns_query}]\n",
    },
    0,
    ['passed', 'passed', 'passed'],
    /^$/,
  ],
  [
    'what does not fire, and what does, is said',
    { 'a.yml': TOOL, 'a.test.yml': "fires: [{Image: x}]\nquiet: [{Image: 'C:\\tool.exe'}]\n" },
    1,
    ['failed', 'failed'],
    /^a.yml: not so: Tool fires on \{"Image":"x"\}\na.yml: not so: Tool is quiet on /,
  ],
  [
    'a correlation with what it builds on, and events in time',
    {
      'tool.yml': TOOL,
      'twice.yml': TWICE,
      'twice.test.yml': `uses: [tool]
fires:
  - {repeat: 2, every: 50s, category: process_creation, Image: '\\tool.exe'}
  - sequence:
      - {category: process_creation, Image: 'C:\\tool.exe'}
      - {category: process_creation, Image: 'D:\\tool.exe'}
quiet:
  - {repeat: 9, every: 2m, category: process_creation, Image: '\\tool.exe'}
`,
    },
    0,
    ['skipped', 'passed', 'passed', 'passed'],
    /^$/,
  ],
  [
    'lists of the tests',
    {
      'a.yml': rule('List', "{Image|expand: '%names%'}"),
      'a.test.yml': 'lists: {names: [x]}\nfires: [{Image: x}]\nquiet: [{Image: y}]\n',
    },
    0,
    ['passed', 'passed'],
    /^$/,
  ],
  [
    'tests that are none',
    { 'a.yml': TOOL, 'a.test.yml': 'fire: []\n' },
    1,
    ['error'],
    /^a.yml: .*a\.test\.yml:1:1.*fire/s,
  ],
  [
    'a rule that does not load, without tests and with',
    {
      'a.yml': rule('A', '{F|containz: a}'),
      'b.yml': rule('B', '{F|containz: a}'),
      'b.test.yml': 'fires: [{F: a}]\n',
    },
    1,
    ['error', 'error'],
    /a.yml:.*there is no modifier "containz".*\nb.yml: /,
  ],
  ['no tests at all are no success', { 'a.yml': TOOL }, 1, ['skipped'], /^$/],
];
for (const [title, files, code, wanted, said] of outcomes) {
  test(title, async () => {
    const got = await run(files);
    assert.deepEqual(
      got.cases.map(({ outcome }) => outcome),
      wanted,
      got.stdout,
    );
    assert.match(got.stdout, said);
    assert.equal(got.code, code, got.stderr);
  });
}

test('the outcome as JUnit XML', async () => {
  const path = folder({
    'a.yml': TOOL,
    'a.test.yml': 'fires: [{Image: "<&\\u0001>\\\\tool.exe"}, {Image: x}]\n',
    'b.yml': rule('B', '{Image: a}'),
  });
  const junit = join(root, 'own.xml');
  assert.equal((await runCli(['rules', 'test', path, '--junit', junit])).code, 1);
  assert.equal(
    readFileSync(junit, 'utf8').replaceAll(`${path}/`, ''),
    `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="sigel rules test" tests="3" failures="1" errors="0" skipped="1">
  <testsuite name="a.yml" tests="2" failures="1" errors="0" skipped="0">
    <testcase name="fires on {&quot;Image&quot;:&quot;&lt;&amp;\\u0001&gt;\\\\tool.exe&quot;}" classname="a.yml"/>
    <testcase name="fires on {&quot;Image&quot;:&quot;x&quot;}" classname="a.yml"><failure message="not so: Tool fires on {&quot;Image&quot;:&quot;x&quot;}"/></testcase>
  </testsuite>
  <testsuite name="b.yml" tests="1" failures="0" errors="0" skipped="1">
    <testcase name="tests" classname="b.yml"><skipped message="there is no .test.yml beside it"/></testcase>
  </testsuite>
</testsuites>
`,
  );
});

test('a path with no rules fails, whatever else passes', async () => {
  const path = folder({
    'a.yml': TOOL,
    'a.test.yml': 'fires:\n  - { Image: C:\\tool.exe }\n',
  });
  assert.equal((await runCli(['rules', 'test', path])).code, 0);
  const { code, stdout, stderr } = await runCli(['rules', 'test', path, join(root, 'mistyped')]);
  assert.equal(code, 1);
  assert.match(stdout, /^rules: .*mistyped: no such file, and no rules in it\n$/);
  assert.match(stderr, /^1 passed, 1 failed, /m);
});

test('events as JUnit XML: what fired has passed, what does not load has failed', async () => {
  const path = folder({
    'a.yml': TOOL,
    'b.yml': rule('B', '{Image: a}'),
    'c.yml': rule('C', '{F|containz: a}'),
  });
  const events = join(root, 'events.ndjson');
  writeFileSync(events, '{"Image": "C:\\\\tool.exe"}\n{}\n{"Image": "C:\\\\tool.exe"}\n');
  const junit = join(root, 'events.xml');
  const { code } = await runCli([
    'rules',
    'test',
    path,
    '--on',
    events,
    '--on',
    join(root, 'none.evtx'),
    '--junit',
    junit,
  ]);
  assert.equal(code, 1);
  const xml = readFileSync(junit, 'utf8');
  assert.match(xml, /tests="4" failures="1" errors="1" skipped="1"/);
  assert.match(xml, /name="Tool" classname=".*a\.yml"><system-out>fired on 1; 3<\/system-out>/);
  assert.match(xml, /name="B" classname=".*b\.yml"><skipped message="it did not fire"\/>/);
  assert.match(xml, /c\.yml"><failure message=".*there is no modifier/);
  assert.match(xml, /<error message=".*none\.evtx cannot be read: /);
});

test('events as JUnit XML: also where nothing loads', async () => {
  const path = folder({ 'c.yml': rule('C', '{F|containz: a}') });
  const events = join(root, 'none.ndjson');
  writeFileSync(events, '');
  const junit = join(root, 'nothing.xml');
  assert.equal((await runCli(['rules', 'test', path, '--on', events, '--junit', junit])).code, 1);
  assert.match(readFileSync(junit, 'utf8'), /tests="1" failures="1"/);
});

test('a JUnit file that cannot be written is a failure', async () => {
  const path = folder({ 'a.yml': TOOL, 'a.test.yml': "fires: [{Image: '\\tool.exe'}]\n" });
  const { code, stderr } = await runCli(['rules', 'test', path, '--junit', join(root, 'no', 'j.xml')]);
  assert.equal(code, 1);
  assert.match(stderr, /j\.xml cannot be written: /);
});
