import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../src/model/log_record.ts';
import { processOf } from '../../src/process/process_block.ts';
import { type Scenario, type ScenarioOptions, scenario } from '../scenario/scenario.ts';
import { withProcesses } from './with_processes.ts';

type Facts = Readonly<Record<string, unknown>>;

/** The attributes of records that write a file whose name has a text in it. */
function writing(records: readonly LogRecord[], file: string): Facts {
  const found = records.find(
    ({ eventName, attributes }) =>
      eventName.startsWith('file.') && String(attributes['file.path']).includes(file),
  );
  return found?.attributes ?? assert.fail(`no record of ${file}`);
}

interface Story {
  readonly title: string;
  readonly options?: ScenarioOptions;
  readonly tell: (s: Scenario) => void;
  /** By a part of the file's path: what the record of it shows. */
  readonly shows: Readonly<Record<string, Facts>>;
}

/** Leaves out of the trace what happens meanwhile: its buffers were lost. */
function lost(s: Scenario, act: () => void): void {
  const before = s.recorder.main.length;
  act();
  s.recorder.main.length = before;
}

const stories: readonly Story[] = [
  {
    title: 'a process that started in the trace, with its parent and ancestors',
    tell: (s) => {
      const services = s.process('C:\\Windows\\System32\\services.exe');
      const w3wp = services.starts({ commandLine: 'w3wp.exe -ap Shop', user: 'S-1-5-93-2-1' });
      w3wp.starts('cmd.exe /c dir').writesFile('C:\\Temp\\one.txt');
    },
    shows: {
      'one.txt': {
        'process.executable.path': 'C:\\Windows\\System32\\cmd.exe',
        'process.executable.name': 'cmd.exe',
        'process.command_line': 'cmd.exe /c dir',
        'process.parent.executable.name': 'w3wp.exe',
        'process.parent.command_line': 'w3wp.exe -ap Shop',
        'user.id': 'S-1-5-93-2-1',
        'user.name': 'ContainerAdministrator',
        'windows.integrity_level': 'high',
        'windows.session.id': 0,
      },
    },
  },
  {
    title: 'a process known from rundown',
    tell: (s) => {
      s.process('svchost.exe -k netsvcs').writesFile('C:\\Temp\\one.txt');
    },
    shows: { 'one.txt': { 'process.command_line': 'svchost.exe -k netsvcs', 'process.parent_pid': 0 } },
  },
  {
    title: 'a process met in the middle of its life shows what is certain, and nothing more',
    tell: (s) => {
      s.process({ commandLine: 'x.exe', rundown: false }).writesFile('C:\\Temp\\one.txt');
    },
    shows: { 'one.txt': { 'process.executable.name': undefined, 'process.parent_pid': undefined } },
  },
  {
    title: 'met first, told of later',
    tell: (s) => {
      const late = s.process({ commandLine: 'late.exe /x', rundown: false });
      late.writesFile('C:\\Temp\\one.txt');
      late.rundown(s.controller);
      late.writesFile('C:\\Temp\\two.txt');
    },
    shows: {
      'one.txt': { 'process.command_line': undefined },
      'two.txt': { 'process.command_line': 'late.exe /x' },
    },
  },
  {
    title: 'a pid used again within a second',
    tell: (s) => {
      const shell = s.process('cmd.exe');
      const one = shell.starts({ commandLine: 'one.exe', pid: 5000 });
      one.writesFile('C:\\Temp\\one.txt');
      one.exits(0);
      s.after('5ms');
      shell.starts({ commandLine: 'two.exe', pid: 5000 }).writesFile('C:\\Temp\\two.txt');
    },
    shows: {
      'one.txt': { 'process.executable.name': 'one.exe' },
      'two.txt': { 'process.executable.name': 'two.exe' },
    },
  },
  {
    title: 'a pid used again, and the exit before was lost',
    tell: (s) => {
      const shell = s.process('cmd.exe');
      const one = shell.starts({ commandLine: 'one.exe', pid: 5000 });
      one.writesFile('C:\\Temp\\one.txt');
      shell.starts({ commandLine: 'two.exe', pid: 5000 }).writesFile('C:\\Temp\\two.txt');
    },
    shows: {
      'one.txt': { 'process.executable.name': 'one.exe' },
      'two.txt': { 'process.executable.name': 'two.exe' },
    },
  },
  {
    title: 'a pid used again, and the start was lost: unknown, not wrong',
    options: { kernel: 'none' },
    tell: (s) => {
      const shell = s.process('cmd.exe');
      shell.starts({ commandLine: 'one.exe', pid: 5000 }).exits(0);
      s.after('2s');
      lost(s, () => shell.starts({ commandLine: 'two.exe', pid: 5000 }).writesFile('C:\\Temp\\two.txt'));
      s.process({ commandLine: 'two.exe', pid: 5000, rundown: false }).writesFile('C:\\Temp\\two.txt');
    },
    shows: { 'two.txt': { 'process.executable.name': undefined } },
  },
  {
    title: 'the same within the second: an image load shows that it is another',
    options: { kernel: 'none' },
    tell: (s) => {
      const shell = s.process('cmd.exe');
      shell.starts({ commandLine: 'one.exe', pid: 5000 }).exits(0);
      s.after('20ms');
      s.process({ commandLine: 'two.exe', pid: 5000, rundown: false })
        .loads('C:\\Windows\\System32\\ntdll.dll')
        .writesFile('C:\\Temp\\two.txt');
    },
    shows: { 'two.txt': { 'process.executable.name': undefined } },
  },
  {
    title: 'what comes just behind an exit is still of the process',
    tell: (s) => {
      const one = s.process('cmd.exe').starts('one.exe /trailing');
      one.exits(0);
      s.after('10ms');
      one.writesFile('C:\\Temp\\one.txt');
    },
    shows: { 'one.txt': { 'process.command_line': 'one.exe /trailing' } },
  },
  {
    title: 'the pid of the parent was used again: the parent is the one that lived then',
    tell: (s) => {
      const shell = s.process('cmd.exe');
      const parent = shell.starts({ commandLine: 'parent.exe', pid: 6000 });
      const child = parent.starts('child.exe');
      parent.exits(0);
      s.after('50ms');
      shell.starts({ commandLine: 'impostor.exe', pid: 6000 });
      child.writesFile('C:\\Temp\\child.txt');
    },
    shows: {
      'child.txt': { 'process.parent_pid': 6000, 'process.parent.executable.name': 'parent.exe' },
    },
  },
  {
    title: 'the parent had gone before the trace, and its pid is used again: no parent, no ancestors',
    tell: (s) => {
      const gone = s.process({ commandLine: 'gone.exe', pid: 6000, rundown: false });
      const child = s.process({ commandLine: 'child.exe', parent: gone });
      s.process('cmd.exe').starts({ commandLine: 'impostor.exe', pid: 6000 });
      child.writesFile('C:\\Temp\\child.txt');
    },
    shows: {
      'child.txt': {
        'process.parent_pid': 6000,
        'process.parent.executable.name': undefined,
        'sigel.process.ancestors': undefined,
      },
    },
  },
  {
    title: 'a child is listed before its parent',
    tell: (s) => {
      const parent = s.process({ commandLine: 'parent.exe', rundown: false });
      const child = s.process({ commandLine: 'child.exe', parent });
      child.writesFile('C:\\Temp\\one.txt');
      parent.rundown(s.controller);
      child.writesFile('C:\\Temp\\two.txt');
    },
    shows: {
      'one.txt': { 'process.parent.executable.name': undefined },
      // The scenario draws ages at random; sequence numbers tell the parent all the same.
      'two.txt': { 'process.parent.executable.name': 'parent.exe' },
    },
  },
  {
    title: 'no sequence numbers (Server 2019)',
    options: { build: 'server2019' },
    tell: (s) => {
      const shell = s.process('cmd.exe');
      const one = shell.starts({ commandLine: 'one.exe', pid: 5000 });
      const child = one.starts('child.exe');
      one.exits(0);
      s.after('1ms');
      shell.starts({ commandLine: 'two.exe', pid: 5000 }).writesFile('C:\\Temp\\two.txt');
      child.writesFile('C:\\Temp\\child.txt');
    },
    shows: {
      'two.txt': { 'process.executable.name': 'two.exe', 'process.parent.executable.name': 'cmd.exe' },
      'child.txt': { 'process.parent.executable.name': 'one.exe' },
    },
  },
  {
    title: 'a 32-bit trace',
    options: { session: { pointerSize: 4 }, kernel: 'none' },
    tell: (s) => {
      s.process('cmd.exe').starts('one.exe /32').writesFile('C:\\Temp\\one.txt');
    },
    shows: {
      'one.txt': { 'process.executable.name': 'one.exe', 'process.parent.executable.name': 'cmd.exe' },
    },
  },
  {
    title: 'a container’s process, as it sees itself',
    tell: (s) => {
      const pod = s.container({ session: 3 });
      s.process({ commandLine: 'cmd.exe', in: pod }).starts('tool.exe').writesFile('C:\\Temp\\one.txt');
    },
    shows: {
      'one.txt': { 'process.executable.path': 'C:\\Windows\\System32\\tool.exe', 'windows.session.id': 3 },
    },
  },
];

for (const { title, options, tell, shows } of stories) {
  test(`processes: ${title}`, async () => {
    const s = scenario(options);
    tell(s);
    const records = await withProcesses([s.trace()]);
    for (const [file, expected] of Object.entries(shows)) {
      const shown = writing(records, file);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(shown[key], value, `${file} ${key}`);
      assert.match(String(shown['process.entity_id']), /^[\w-]{16}$/);
    }
  });
}

test('processes: ancestors are named to the configured depth, from the parent up', async () => {
  const s = scenario();
  const [a, b, c] = ['a.exe', 'b.exe', 'c.exe'].map((commandLine, i) => ({ commandLine, pid: 100 + i * 4 }));
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  s.process(a).starts(b).starts(c).starts('d.exe').writesFile('C:\\Temp\\d.txt');
  const trace = s.trace();
  for (const [ancestors, expected] of [
    [5, ['c.exe (108)', 'b.exe (104)', 'a.exe (100)']],
    [2, ['c.exe (108)', 'b.exe (104)']],
    [0, undefined],
  ] as const) {
    const shown = writing(await withProcesses([trace], { ancestors }), 'd.txt');
    assert.deepEqual(shown['sigel.process.ancestors'], expected);
  }
});

test('processes: start, exit and all between have one entity id, and are one process', async () => {
  const s = scenario();
  const one = s.process('cmd.exe').starts('one.exe');
  one.writesFile('C:\\Temp\\one.txt');
  one.exits(7);
  const records = await withProcesses([s.trace()]);
  const own = records.filter(({ attributes }) => attributes['process.pid'] === one.pid);
  assert.ok(own.length > 3);
  assert.equal(new Set(own.map(({ attributes }) => attributes['process.entity_id'])).size, 1);
  assert.equal(new Set(own.map(processOf)).size, 1);
  const exit = own.find(({ eventName }) => eventName === 'process.exit')?.attributes ?? {};
  assert.equal(exit['process.executable.path'], 'C:\\Windows\\System32\\one.exe');
  assert.equal(exit['process.exit.code'], 7);
});

test('processes: an agent that is started again finds the same entity id', async () => {
  const ids = [];
  for (const rundowns of [1, 0]) {
    const s = scenario();
    const one = s.process({ commandLine: 'one.exe', rundown: rundowns > 0 });
    s.after('1m');
    if (rundowns === 0) one.rundown(s.controller);
    one.writesFile('C:\\Temp\\one.txt');
    ids.push(writing(await withProcesses([s.trace()]), 'one.txt')['process.entity_id']);
  }
  assert.equal(ids[0], ids[1]);
});

test('processes: a spoofed parent stays the parent that the start names', async () => {
  const s = scenario();
  const services = s.process('services.exe');
  const malware = s.process('C:\\Temp\\x.exe');
  malware.starts({ commandLine: 'calc.exe', parent: services }).writesFile('C:\\Temp\\calc.txt');
  const shown = writing(await withProcesses([s.trace()]), 'calc.txt');
  assert.equal(shown['process.parent.executable.name'], 'services.exe');
});

test('processes: secrets are nowhere: own and parent’s command line, body, payload', async () => {
  const s = scenario();
  const parent = s.process('cmd.exe').starts(`tool.exe ${'x'.repeat(280)} --password hunter2 -v`);
  parent.starts('child.exe').writesFile('C:\\Temp\\child.txt');
  const records = await withProcesses(
    [s.trace()],
    { redact: [{ pattern: '(?i)(--password )\\S+', replacement: '$1***' }] },
    { include_event_data: true },
  );
  const text = JSON.stringify(records.map(({ attributes, body }) => [attributes, body]));
  assert.ok(!text.includes('hunter2') && !text.includes('--password h'));
  const shown = writing(records, 'child.txt');
  assert.match(String(shown['process.parent.command_line']), /x --password \*\*\* -v$/);
});

test('processes: all records of a process refer to one block', async () => {
  const s = scenario();
  const one = s.process('cmd.exe').starts('one.exe');
  for (let i = 0; i < 20; i++) one.writesFile(`C:\\Temp\\${i}.txt`);
  const records = await withProcesses([s.trace()]);
  const blocks = records
    .filter(
      ({ eventName, attributes }) => eventName.startsWith('file.') && attributes['process.pid'] === one.pid,
    )
    .map((record) => record.blocks.at(-1));
  assert.ok(blocks.length >= 20);
  assert.equal(new Set(blocks).size, 1);
});

test('who made a thread in another process is shown with it', async () => {
  const s = scenario();
  s.process('C:\\Windows\\System32\\services.exe');
  const maker = s.process('C:\\Tools\\inject.exe -p 1');
  maker.startsThreadIn(s.process('C:\\Windows\\System32\\notepad.exe'));
  const remote = (await withProcesses([s.trace()])).find(
    (r) => r.eventName === 'process.thread.remote_start',
  );
  assert.ok(remote !== undefined);
  const { attributes } = remote;
  assert.equal(attributes['process.executable.path'], 'C:\\Windows\\System32\\notepad.exe');
  assert.equal(attributes['sigel.source.process.executable.path'], 'C:\\Tools\\inject.exe');
  assert.equal(attributes['sigel.source.process.executable.name'], 'inject.exe');
  assert.equal(attributes['sigel.source.process.command_line'], 'C:\\Tools\\inject.exe -p 1');
  assert.notEqual(attributes['sigel.source.process.entity_id'], attributes['process.entity_id']);
});
