import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scenario, ScenarioOptions } from '../scenario/scenario.ts';
import { scenario } from '../scenario/scenario.ts';
import type { BuildName } from '../scenario/windows_builds.ts';
import { BUILDS } from '../scenario/windows_builds.ts';
import { type Correlated, correlated } from './correlated.ts';

const USER = 'S-1-5-93-2-1';

/** A shell of a container runs a command; what a process tells is in two events each time. */
function story(options: ScenarioOptions): Scenario {
  const s = scenario(options);
  const pod = s.container({ session: 3 });
  const shell = s.process({ commandLine: 'cmd.exe', in: pod, user: USER });
  s.after('1s');
  const child = shell.starts('powershell.exe -NoProfile -Command "Get-Date"');
  s.after('300ms');
  child.exits(3);
  s.after('3s');
  return s;
}

function read(s: Scenario, options: ScenarioOptions): Correlated {
  return options.kernel === 'separate' ? correlated(s.trace(), s.kernelTrace()) : correlated(s.trace());
}

for (const build of Object.keys(BUILDS) as BuildName[]) {
  for (const kernel of ['same', 'separate'] as const) {
    const where = `${build}, the kernel logger in ${kernel === 'same' ? 'the same' : 'another'} trace`;
    const options: ScenarioOptions = { build, kernel };

    test(`a start, an exit and a rundown are one record each: ${where}`, () => {
      const { only, records, account } = read(story(options), options);
      const start = only('process.start');
      assert.equal(
        start['process.executable.path'],
        'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      );
      assert.equal(start['process.executable.name'], 'powershell.exe');
      assert.equal(start['process.command_line'], 'powershell.exe -NoProfile -Command "Get-Date"');
      assert.equal(start['user.id'], USER);
      assert.equal(start['user.name'], 'ContainerAdministrator');
      assert.equal(start['user.domain'], 'User Manager');
      assert.equal(start['windows.session.id'], 3);
      assert.equal(start['etw.provider.name'], 'Microsoft-Windows-Kernel-Process');
      assert.equal(start['windows.integrity_level'], build === 'server2019' ? undefined : 'high');
      const exit = only('process.exit');
      assert.equal(exit['process.exit.code'], 3);
      assert.equal(exit['process.command_line'], start['process.command_line']);
      assert.equal(exit['process.parent_pid'], start['process.parent_pid']);
      assert.equal(exit['process.executable.name'], 'powershell.exe');
      const rundown = only('process.rundown');
      assert.equal(rundown['process.executable.path'], 'C:\\Windows\\System32\\cmd.exe');
      assert.equal(rundown['process.command_line'], 'cmd.exe');
      assert.equal(account.merged, 3);
      const body = records.find(({ eventName }) => eventName === 'process.start')?.body;
      assert.equal(
        body,
        `process started: powershell.exe -NoProfile -Command "Get-Date" (pid ${start['process.pid'] as number})`,
      );
    });
  }
}

test('without the kernel logger every event stands for itself', () => {
  const { only, account } = correlated(story({ kernel: 'none' }).trace());
  assert.equal(only('process.start')['process.command_line'], undefined);
  assert.equal(account.merged, 0);
});

test('the kernel logger alone stands for itself', () => {
  const s = story({ kernel: 'separate' });
  const { only, account } = correlated(s.kernelTrace());
  assert.equal(
    only('process.start')['process.command_line'],
    'powershell.exe -NoProfile -Command "Get-Date"',
  );
  assert.equal(only('process.start')['process.executable.path'], undefined);
  assert.equal(account.merged, 0);
});

test('a name that the exit cuts is the whole one', () => {
  const s = scenario();
  const shell = s.process('cmd.exe');
  shell.starts('C:\\Tools\\a-rather-long-name.exe').exits();
  assert.equal(
    correlated(s.trace()).only('process.exit')['process.executable.name'],
    'a-rather-long-name.exe',
  );
});

test('a crash stays an error', () => {
  const s = scenario();
  s.process('cmd.exe').starts('x.exe').exits(0xc0000005);
  const { records } = correlated(s.trace());
  assert.equal(records.find(({ eventName }) => eventName === 'process.exit')?.severityNumber, 17);
});

test('a pid used again within the window is another process', () => {
  const s = scenario({ kernel: 'separate' });
  const shell = s.process('cmd.exe');
  for (const name of ['one', 'two', 'three']) {
    shell.starts({ commandLine: `${name}.exe /run`, pid: 5000 }).exits(7);
    s.after('5ms');
  }
  const { named } = correlated(s.trace(), s.kernelTrace());
  assert.deepEqual(
    named('process.start').map((start) => [start['process.executable.name'], start['process.command_line']]),
    ['one', 'two', 'three'].map((name) => [`${name}.exe`, `${name}.exe /run`]),
  );
  assert.equal(named('process.exit').length, 3);
});

test('halves of different processes of one pid stay apart, though all they tell is alike', () => {
  // One session has lost the first process, the other the second: same pid, parent and image.
  const s = scenario({ kernel: 'separate' });
  const shell = s.process('cmd.exe');
  const { recorder } = s;
  const lose = (steps: { length: number }, act: () => void): void => {
    const before = steps.length;
    act();
    steps.length = before;
  };
  lose(recorder.kernel, () =>
    shell.starts({ commandLine: 'one.exe /first', image: 'C:\\x.exe', pid: 5000 }).exits(1),
  );
  s.after('5ms');
  lose(recorder.main, () =>
    shell.starts({ commandLine: 'two.exe /second', image: 'C:\\x.exe', pid: 5000 }).exits(2),
  );
  const { named } = correlated(s.trace(), s.kernelTrace());
  assert.deepEqual(
    named('process.start').map((start) => start['process.command_line']),
    [undefined, 'two.exe /second'],
  );
  assert.deepEqual(
    named('process.exit').map((exit) => [exit['process.exit.code'], exit['process.command_line']]),
    [
      [1, undefined],
      [2, 'two.exe /second'],
    ],
  );
});

test('the true creator and the parent that is claimed both stay', () => {
  const s = scenario();
  const services = s.process('services.exe');
  const malware = s.process('C:\\Temp\\x.exe');
  malware.starts({ commandLine: 'calc.exe', parent: services });
  const start = correlated(s.trace()).only('process.start');
  assert.equal(start['etw.process.id'], malware.pid);
  assert.equal(start['process.parent_pid'], services.pid);
});
