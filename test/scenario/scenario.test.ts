import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { readReference } from '../interop/reference_reader.ts';
import type { Process } from './process.ts';
import type { ReadEvent } from './read_back.ts';
import { readBack } from './read_back.ts';
import type { Scenario } from './scenario.ts';
import { scenario } from './scenario.ts';
import { duration, fileTime } from './time.ts';
import type { BuildName } from './windows_builds.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const SILO = '5d2f3b4c-8a61-4f0e-9d27-1c6b7a90e5f3';

/** What a story's events say, one line each: the task of a line is to be read. */
function lines(events: readonly ReadEvent[]): string[] {
  return events
    .filter((e) => e.providerName !== 'EventTrace')
    .map((e) => `${e.providerName.replace('Microsoft-Windows-', '')} ${e.id || e.opcode} v${e.version}`);
}

function only(
  story: (s: Scenario, p: Process) => void,
  build: BuildName = 'server2022',
): readonly ReadEvent[] {
  const s = scenario({ build, kernel: 'none' });
  const p = s.process({ commandLine: 'cmd.exe', rundown: false });
  story(s, p);
  const { events, problems } = readBack(s.trace());
  assert.deepEqual(problems, []);
  return events.filter((e) => e.providerName !== 'EventTrace');
}

const STORIES: [title: string, story: (s: Scenario, p: Process) => void, lines: string[]][] = [
  [
    'a start and an exit',
    (_, p) => p.starts('whoami.exe').exits(),
    ['Kernel-Process 1 v3', 'Kernel-Process 2 v2'],
  ],
  ['a module load', (_, p) => p.loads('C:\\x.dll'), ['Kernel-Process 5 v0']],
  [
    'a thread in another process',
    (s, p) => p.startsThreadIn(s.process({ commandLine: 'x.exe', rundown: false })),
    ['Kernel-Process 3 v1'],
  ],
  [
    'a new file of two blocks',
    (_, p) => p.writesFile('C:\\new.exe', { size: 70_000 }),
    ['12 v1', '30 v1', '10 v0', '24 v0', '16 v1', '16 v1', '13 v1', '14 v1'].map(
      (line) => `Kernel-File ${line}`,
    ),
  ],
  [
    'a delete',
    (_, p) => p.deletesFile('C:\\old.txt'),
    ['12 v1', '10 v0', '24 v0', '18 v1', '26 v1', '13 v1', '14 v1', '11 v0'].map(
      (line) => `Kernel-File ${line}`,
    ),
  ],
  [
    'a rename',
    (_, p) => p.renamesFile('C:\\a', 'C:\\b'),
    ['12 v1', '10 v0', '24 v0', '19 v1', '27 v1', '13 v1', '14 v1', '10 v0'].map(
      (line) => `Kernel-File ${line}`,
    ),
  ],
  [
    'a registry value in a new key',
    (_, p) => p.setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', 1, true),
    ['Kernel-Registry 1 v0', 'Kernel-Registry 5 v0', 'Kernel-Registry 13 v0'],
  ],
  [
    'a registry value read',
    (_, p) => p.readsRegistryValue('HKLM\\SOFTWARE\\X', 'v'),
    ['Kernel-Registry 2 v0', 'Kernel-Registry 7 v0', 'Kernel-Registry 13 v0'],
  ],
  [
    'a deleted value',
    (_, p) => p.deletesRegistryValue('HKCU\\X', 'v'),
    ['Kernel-Registry 2 v0', 'Kernel-Registry 6 v0', 'Kernel-Registry 13 v0'],
  ],
  [
    'a deleted key',
    (_, p) => p.deletesRegistryKey('HKCU\\X'),
    ['Kernel-Registry 2 v0', 'Kernel-Registry 3 v0', 'Kernel-Registry 13 v0'],
  ],
  [
    'a TCP connection over IPv4',
    (_, p) => p.connects('192.0.2.1', 443).sends(1).receives(2).closes(),
    ['12', '10', '11', '13'].map((id) => `Kernel-Network ${id} v0`),
  ],
  [
    'an accepted TCP connection over IPv6',
    (_, p) => p.accepts('2001:db8::1', 50_000, 443).receives(1).sends(2).closes(),
    ['31', '27', '26', '29'].map((id) => `Kernel-Network ${id} v0`),
  ],
  [
    'datagrams',
    (_, p) =>
      p
        .sendsDatagram({ address: '192.0.2.53', port: 53 }, 40)
        .receivesDatagram({ address: '2001:db8::53', port: 53 }, 50_000, 80),
    ['Kernel-Network 42 v0', 'Kernel-Network 59 v0'],
  ],
  [
    'a name',
    (_, p) => p.resolves('x.example', { answers: ['192.0.2.1'] }),
    ['DNS-Client 3006 v0', 'DNS-Client 3020 v1', 'DNS-Client 3008 v0'],
  ],
  [
    'a script block in parts',
    (_, p) => p.runsScript('Get-Date', { partSize: 5 }),
    ['PowerShell 4104 v1', 'PowerShell 4104 v1'],
  ],
  ['a cmdlet', (_, p) => p.runsCommand('Get-Date'), ['PowerShell 4103 v1']],
  [
    'a PowerShell console',
    (_, p) => p.opensConsole(),
    ['PowerShell 40961 v1', 'PowerShell 53504 v1', 'PowerShell 40962 v1'],
  ],
  [
    'a container',
    (s, p) => s.container().starts(p.emitter()).stops(p.emitter()),
    ['13', '22', '22', '22', '14'].map((id) => `Kernel-Process ${id} v0`),
  ],
  [
    'a HostProcess container is a job and no silo',
    (s, p) => s.container({ isolation: 'host' }).starts(p.emitter()),
    ['Kernel-Process 13 v0'],
  ],
];
for (const [title, story, wanted] of STORIES) {
  test(`events of ${title}`, () => {
    const events = only(story);
    assert.deepEqual(lines(events), wanted);
    for (const event of events)
      assert.ok(!event.values.includes(undefined), `${event.event ?? '?'} is cut short`);
  });
}

const VERSIONS: [build: BuildName, osBuild: number, versions: string[]][] = [
  ['server2019', 17763, ['15 v0', '1 v2', '2 v1', '3006 v0', '3020 v0', '3008 v0']],
  ['server2022', 20348, ['15 v1', '1 v3', '2 v2', '3006 v0', '3020 v1', '3008 v0']],
  ['server2025', 26100, ['15 v2', '1 v4', '2 v2', '3006 v0', '3020 v2', '3008 v0']],
];
for (const [build, osBuild, versions] of VERSIONS) {
  test(`${build} writes its own versions of the events`, () => {
    const s = scenario({ build, kernel: 'none' });
    const p = s.process('cmd.exe');
    p.starts('whoami.exe').exits();
    p.resolves('x.example');
    const { events, traces } = readBack(s.trace());
    assert.equal(traces[0]?.header.osBuild, osBuild);
    assert.deepEqual(
      lines(events).map((line) => line.slice(line.indexOf(' ') + 1)),
      versions,
    );
  });
}

test('a start names creator and parent, user, session and image; the kernel logger adds the command line', () => {
  const s = scenario();
  const pod = s.container({ silo: SILO, session: 3 });
  const w3wp = s.process({
    commandLine: 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "Shop"',
    user: 'S-1-5-82-1',
    in: pod,
  });
  const cmd = w3wp.starts('cmd.exe /c whoami');
  const starts = readBack(s.trace()).events.filter(
    (e) => (e.opcode === 1 && e.data?.['SessionID'] !== undefined) || e.event === 'Start',
  );
  const [manifest, kernel] = starts;
  assert.ok(manifest?.data !== undefined && kernel?.data !== undefined);
  assert.deepEqual(
    [manifest.pid, manifest.data['ProcessID'], manifest.data['ParentProcessID']],
    [w3wp.pid, cmd.pid, w3wp.pid],
  );
  assert.equal(manifest.data['SessionID'], 3);
  assert.match(
    text(manifest.data['ImageName']),
    /^\\Device\\VhdHardDisk\{[0-9a-f-]{36}\}\\Windows\\System32\\cmd\.exe$/,
  );
  assert.deepEqual(
    [kernel.kind, kernel.pid, kernel.data['ProcessId'], kernel.data['ParentId']],
    ['kernel', w3wp.pid, cmd.pid, w3wp.pid],
  );
  assert.deepEqual(
    [kernel.data['CommandLine'], kernel.data['UserSID'], kernel.data['ImageFileName']],
    ['cmd.exe /c whoami', 'S-1-5-82-1', 'cmd.exe'],
  );
});

test('a spoofed parent: the event is written by the creator and names another', () => {
  const events = only((s, p) => {
    const explorer = s.process({ commandLine: 'explorer.exe', rundown: false, pid: 9000 });
    p.starts({ commandLine: 'calc.exe', parent: explorer });
    assert.notEqual(p.pid, 9000);
  });
  assert.equal(events[0]?.data?.['ParentProcessID'], 9000);
  assert.notEqual(events[0]?.pid, 9000);
});

const VIEWS: [build: BuildName, path: RegExp][] = [
  ['server2019', /^\\Device\\HarddiskVolume5\\x\.txt$/],
  ['server2022', /^\\Device\\VhdHardDisk\{[0-9a-f-]{36}\}\\x\.txt$/],
];
for (const [build, path] of VIEWS) {
  test(`paths and keys inside a container on ${build}`, () => {
    const s = scenario({ build, kernel: 'none' });
    const p = s.process({ commandLine: 'cmd.exe', rundown: false, in: s.container({ silo: SILO }) });
    p.writesFile('C:\\x.txt').setsRegistryValue('HKLM\\SOFTWARE\\X\\Run', 'v', 'data');
    const { events } = readBack(s.trace());
    assert.match(text(events.find((e) => e.id === 30)?.data?.['FileName']), path);
    const opened = events.find((e) => e.id === 2);
    assert.equal(opened?.data?.['RelativeName'], `\\REGISTRY\\WC\\Silo${SILO}software\\X\\Run`);
  });
}

test('paths and keys on the host', () => {
  const events = only((_, p) => p.writesFile('C:\\x.txt').setsRegistryValue('HKCU\\X', 'v', 1));
  assert.equal(events.find((e) => e.id === 12)?.data?.['FileName'], '\\Device\\HarddiskVolume3\\x.txt');
  assert.equal(events.find((e) => e.id === 2)?.data?.['RelativeName'], '\\REGISTRY\\USER\\S-1-5-18\\X');
});

const FORMS: [form: 'ascii36' | 'ascii38' | 'binary', data: string][] = [
  ['ascii36', Buffer.from(SILO.toUpperCase()).toString('hex')],
  ['ascii38', Buffer.from(`{${SILO.toUpperCase()}}`).toString('hex')],
  ['binary', '4c3b2f5d618a0e4f9d271c6b7a90e5f3'],
];
for (const [form, data] of FORMS) {
  test(`container id items in the form ${form}, on what processes inside write and nothing else`, () => {
    const s = scenario({ kernel: 'none' });
    const host = s.process({ commandLine: 'svchost.exe', rundown: false });
    const inside = s.process({
      commandLine: 'w3wp.exe',
      rundown: false,
      in: s.container({ silo: SILO, containerIdItems: form }),
    });
    host.loads('C:\\a.dll');
    inside.loads('C:\\a.dll');
    const bytes = Buffer.from(s.trace()).toString('hex');
    const size = data.length / 2;
    const item = `${((8 + size + 7) & ~7).toString(16)}0010000000${size.toString(16).padStart(2, '0')}00${data}`;
    assert.equal(bytes.split(item).length, 2);
    assert.equal(readBack(s.trace()).events.filter((e) => e.id === 5).length, 2);
  });
}

test('received data is written in nobody’s name', () => {
  const [, received] = only((_, p) => p.connects('192.0.2.1', 443).receives(10));
  assert.deepEqual(
    [received?.pid, received?.data?.['daddr'], received?.data?.['dport']],
    [0, '192.0.2.1', 443],
  );
});

test('the kernel logger can have a session of its own: two traces of one boot merge', () => {
  const s = scenario({ kernel: 'separate' });
  s.process('cmd.exe').starts('whoami.exe').exits();
  const { events, problems } = readBack(s.trace(), s.kernelTrace());
  assert.deepEqual(problems, []);
  assert.deepEqual(lines(events), [
    'Kernel-Process 15 v1',
    'Process 3 v4',
    'Kernel-Process 1 v3',
    'Process 1 v4',
    'Kernel-Process 2 v2',
    'Process 2 v4',
  ]);
});

test('losses of a story show in its trace', () => {
  const s = scenario();
  const p = s.process('cmd.exe');
  s.losesEvents(1, 7).losesBuffer(2).flushes();
  for (let i = 0; i < 40; i++) p.starts('whoami.exe').exits();
  const [trace] = readBack(s.trace()).traces;
  assert.deepEqual([trace?.header.eventsLost, trace?.header.buffersLost, trace?.lossMarks], [7, 1, 2]);
});

test('time passes as the story says, on any clock', () => {
  for (const session of [
    {},
    { perfFreq: 2_109_960 },
    { clock: 'system' },
    { clock: 'cpu', cpuMhz: 2500 },
  ] as const) {
    const s = scenario({ start: '2026-03-02T09:15:00Z', kernel: 'none', session });
    const p = s.process({ commandLine: 'cmd.exe', rundown: false });
    s.after('1m30s');
    p.loads('C:\\x.dll');
    const last = readBack(s.trace()).events.at(-1);
    assert.equal(last?.seconds, Date.parse('2026-03-02T09:16:30Z') / 1000, JSON.stringify(session));
    assert.ok((last?.nanoseconds ?? 1e9) < 200_000);
  }
});

test('the same story gives the same bytes, another seed others', () => {
  const story = (seed: number) => {
    const s = scenario({ seed, threads: true, images: true });
    s.process('cmd.exe').starts('whoami.exe').writesFile('C:\\x').exits();
    return Buffer.from(s.trace());
  };
  assert.ok(story(1).equals(story(1)));
  assert.ok(!story(1).equals(story(2)));
});

test('processors overlap in the file, and the independent reader agrees with the decoder', () => {
  const s = scenario({ threads: true, images: true, session: { bufferSize: 4096 } });
  const parents = Array.from({ length: 8 }, () => s.process('svchost.exe -k netsvcs'));
  for (let i = 0; i < 40; i++) parents[i % 8]?.starts('whoami.exe').exits();
  const inFile = [...readReference(s.trace())];
  const times = inFile.map((e) => e.time);
  assert.ok(times.some((time, i) => time < (times[i - 1] ?? 0n)));
  const merged = readBack(s.trace()).events;
  const key = (id: number, opcode: number, pid: number | undefined, cpu: number, payload: Uint8Array) =>
    `${id} ${opcode} ${pid ?? -1} ${cpu} ${Buffer.from(payload).toString('hex')}`;
  assert.deepEqual(
    merged.map((e) => key(e.id, e.opcode, e.pid, e.cpu, e.payload)).sort(),
    inFile.map((e) => key(e.id, e.opcode, e.pid, e.cpu, e.payload)).sort(),
  );
});

test('durations and times', () => {
  assert.equal(duration('250ms'), 2_500_000n);
  assert.equal(duration('1m30s'), 900_000_000n);
  assert.throws(() => duration('1 minute'), /not a duration/);
  assert.equal(fileTime('1970-01-01T00:00:00Z'), 116_444_736_000_000_000n);
  assert.throws(() => fileTime('yesterday'), /not a time/);
});
