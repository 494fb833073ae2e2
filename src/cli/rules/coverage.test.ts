import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli } from '../../../test/support/cli_io.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-coverage-'));
after(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const rule = (title: string, logsource: string, detection: string): string =>
  `title: ${title}\nlogsource: { product: windows, ${logsource} }\ndetection:\n${detection}`;

put('1.yml', rule('Sound', 'category: process_creation', '  s: { Image: a }\n  condition: s\n'));
put('2.yml', rule('File', 'category: process_creation', '  s: { OriginalFileName: a }\n  condition: s\n'));
put(
  '3.yml',
  rule(
    'Excludes',
    'category: image_load',
    '  s: { Image: a }\n  f: { Signed: "true" }\n  condition: s and not f\n',
  ),
);
put('4.yml', rule('Lacks', 'category: process_access', '  s: { CallTrace: a }\n  condition: s\n'));
put('5.yml', rule('Opened', 'category: file_access', '  s: { FileName: a }\n  condition: s\n'));
put('6.yml', rule('Pipe', 'category: pipe_created', '  s: { PipeName: a }\n  condition: s\n'));
put('7.yml', 'title: Broken\n');

test('coverage in numbers, and of each rule what it lacks', async () => {
  const { code, stdout } = await runCli(['rules', 'coverage', folder, '--missing']);
  assert.equal(code, 0);
  const text = stdout.replaceAll(`${folder}/`, '');
  assert.equal(
    text,
    `     6  rules; 1 more do not load: see sigel rules check
     2  can fire
     1    of these without an exclusion that they rely on
     1  could fire with the facts of files (processor file_facts)
     1  need a field that is not there
     1  look at events that are not recorded
     1  have a log source that ETW does not tell of
2.yml: needs OriginalFileName
3.yml: fires without excluding by Signed
4.yml: needs CallTrace
5.yml: needs file.open
6.yml: its log source is none of ETW
`,
  );
});

test('--config: what its receivers record and its processors add', async () => {
  const config = put(
    'sigel.txt',
    `receivers: { etl: { include: [x.etl] } }
processors: { process: {}, file_facts: { root: /disks } }
exporters: { debug: {} }
service: { pipelines: { logs: { receivers: [etl], processors: [process, file_facts], exporters: [debug] } } }
`,
  );
  const { code, stdout } = await runCli(['rules', 'coverage', folder, '--config', config, '--json']);
  assert.equal(code, 0);
  const { list, ...counts } = JSON.parse(stdout) as { list: Record<string, unknown>[] };
  assert.deepEqual(counts, {
    rules: 6,
    fires: 4,
    without_exclusion: 1,
    with_file_facts: 0,
    lacks_fields: 1,
    not_recorded: 0,
    no_logsource: 1,
    not_loaded: 1,
  });
  assert.deepEqual(
    list.map(({ title, kind, missing, unchecked }) => [title, kind, missing ?? unchecked]),
    [
      ['Sound', 'fires', []],
      ['File', 'fires', []],
      ['Excludes', 'fires', ['Signed']],
      ['Lacks', 'lacks_fields', ['CallTrace']],
      ['Opened', 'fires', []],
      ['Pipe', 'no_logsource', undefined],
    ],
  );
});

test('--config: signatures are verified where they are asked for', async () => {
  const config = put(
    'signatures.txt',
    `receivers: { etl: { include: [x.etl] } }
processors: { process: {}, file_facts: { signatures: true } }
exporters: { debug: {} }
service: { pipelines: { logs: { receivers: [etl], processors: [process, file_facts], exporters: [debug] } } }
`,
  );
  const { stdout } = await runCli(['rules', 'coverage', folder, '--config', config, '--json']);
  const { list } = JSON.parse(stdout) as { list: Record<string, unknown>[] };
  const excludes = list.find(({ title }) => title === 'Excludes');
  assert.deepEqual([excludes?.['kind'], excludes?.['unchecked']], ['fires', []]);
});

const NODE = `exporters: { debug: {} }
processors: { process: {} }
service: { pipelines: { logs: { receivers: [etw], processors: [process], exporters: [debug] } } }
`;
const FILE = '{ provider: Microsoft-Windows-Kernel-File, keywords_any: [CREATE] }';
const PROCESS = '{ provider: Microsoft-Windows-Kernel-Process }';
const commandLine = put(
  'more.rule',
  rule('Line', 'category: process_creation', '  s: { CommandLine: a }\n  condition: s\n'),
);
test('--config: services of event logs that are read', async () => {
  const audit = put(
    'audit.rule',
    rule('Audit', 'service: application', '  s: { EventID: 1 }\n  condition: s\n'),
  );
  for (const [services, fires] of [
    ['[application]', 1],
    ['all', 1],
    ['[system]', 0],
  ] as const) {
    const config = put(
      'logs.txt',
      `receivers: { windows_event_log: { services: ${services} } }\n${NODE.replace('[etw]', '[windows_event_log]')}`,
    );
    const { stdout } = await runCli(['rules', 'coverage', audit, '--config', config, '--json']);
    assert.equal((JSON.parse(stdout) as { fires: number }).fires, fires, services);
  }
});

const live: readonly [title: string, receiver: string, path: string, kind: string][] = [
  ['the preset has command lines', '{ preset: security }', commandLine, 'fires'],
  ['it does not open files', '{ preset: security }', join(folder, '5.yml'), 'not_recorded'],
  [
    'a session of its own does',
    `{ sessions: [{ name: a, providers: [${FILE}] }] }`,
    join(folder, '5.yml'),
    'fires',
  ],
  [
    'without the kernel logger there are no command lines',
    `{ sessions: [{ name: a, providers: [${PROCESS}] }] }`,
    commandLine,
    'lacks_fields',
  ],
];
for (const [title, receiver, path, kind] of live) {
  test(`--config of a node: ${title}`, async () => {
    const config = put('node.txt', `receivers: { etw: ${receiver} }\n${NODE}`);
    const { code, stdout, stderr } = await runCli(['rules', 'coverage', path, '--config', config, '--json']);
    assert.equal(code, 0, stderr);
    const { list } = JSON.parse(stdout) as { list: Record<string, unknown>[] };
    assert.deepEqual(
      list.map((one) => one['kind']),
      [kind],
    );
  });
}

test('wrong usage and no rules', async () => {
  assert.equal((await runCli(['rules', 'coverage'])).code, 2);
  assert.equal((await runCli(['rules', 'coverage', folder, '--config', '/nonexistent.yaml'])).code, 2);
  assert.equal((await runCli(['rules', 'coverage', join(folder, '7.yml')])).code, 1);
});
