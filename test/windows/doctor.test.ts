import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureStandin, Standin, type StandinBuild, type StandinSettings } from './peers/standin.ts';
import { windowsPath } from './peers/wine.ts';

const STARTER = fileURLToPath(new URL('programs/start_session.ts', import.meta.url));
const PIPE_SERVER = fileURLToPath(new URL('programs/pipe_server.ts', import.meta.url));
const PROCESS = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const libraries = { full: await ensureStandin(), server2019: await ensureStandin('server2019') };
const result = await windowsBench();
const absent = [...Object.values(libraries), result].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;
const standins: Standin[] = [];
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  for (const standin of standins) standin.dispose();
});

interface Said {
  readonly code: number | null;
  readonly ready: boolean;
  /** Verdict and finding, by check. */
  readonly checks: ReadonlyMap<string, Finding>;
}

function standinOf(build: StandinBuild = 'full', settings: StandinSettings = {}): Standin {
  const library = libraries[build];
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  standins.push(standin);
  standin.control(settings);
  standin.providers([[PROCESS, 'Microsoft-Windows-Kernel-Process']]);
  return standin;
}

async function doctor({ env }: Standin, ...args: string[]): Promise<Said> {
  assert.ok(result.kind === 'ready');
  const { code, stdout, stderr } = await result.bench.sigel(['doctor', '--json', ...args], { env });
  assert.equal(stderr, '');
  const { ready, checks } = JSON.parse(stdout) as { ready: boolean; checks: readonly Finding[] };
  return { code, ready, checks: new Map(checks.map((finding) => [finding.check, finding])) };
}

test('a host with ETW, without containerd', { skip }, async () => {
  const { code, ready, checks } = await doctor(standinOf());
  assert.deepEqual([code, ready], [0, true]);
  const verdicts = Object.fromEntries([...checks].map(([check, { verdict }]) => [check, verdict]));
  assert.deepEqual(verdicts, {
    windows: 'ok',
    rights: 'ok',
    etw: 'ok',
    buffers: 'ok',
    'kernel events': 'ok',
    schemas: 'ok',
    sessions: 'ok',
    'own sessions': 'ok',
    providers: 'warn',
    'job queries': 'warn',
    containerd: 'warn',
  });
  // Wine 8: an elevated root on a Windows 10.
  assert.match(checks.get('windows')?.found ?? '', /^.+, build 18362\.\d+, x64$/);
  assert.match(checks.get('rights')?.found ?? '', /^elevated, as .+/);
  assert.match(checks.get('job queries')?.found ?? '', /by LocalSystem alone/);
  assert.match(checks.get('sessions')?.found ?? '', /^0 of 64 in use/);
  assert.match(
    checks.get('providers')?.found ?? '',
    /^1 registered; of preset security not: Microsoft-Windows-Kernel-File, /,
  );
});

test('the providers of another preset', { skip }, async () => {
  const standin = standinOf();
  const names = ['Process', 'File', 'Network'].map((name) => `Microsoft-Windows-Kernel-${name}`);
  standin.providers(names.map((name, i) => [PROCESS.replace('22fb', `22f${i}`), name]));
  const { checks } = await doctor(standin, '--preset', 'eolh');
  assert.equal(checks.get('providers')?.found, '3 registered, all 3 of preset eolh');
});

test('before Server 2022 there are no whole buffers', { skip }, async () => {
  const { checks } = await doctor(standinOf('server2019'));
  assert.match(checks.get('buffers')?.found ?? '', /one by one .* as is normal/);
});

test('without ETW, which Wine has not, it fails and says so', { skip }, async () => {
  const standin = standinOf('full', { 'fail.QueryAllTracesW': '5' });
  const { code, ready, checks } = await doctor(standin);
  assert.deepEqual([code, ready], [1, false]);
  const sessions = checks.get('sessions');
  assert.equal(sessions?.verdict, 'fail');
  assert.match(sessions?.found ?? '', /ERROR_ACCESS_DENIED/);
  assert.match(sessions?.advice ?? '', /LocalSystem/);
});

test('a session of Sigel’s and one of somebody else', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const standin = standinOf();
  const { bench } = result;
  const started = await bench.runScript(STARTER, [windowsPath(bench.folder), 'sigel-test', 'other'], standin);
  assert.equal(started.code, 0, started.stderr);
  const { checks } = await doctor(standin);
  assert.match(checks.get('sessions')?.found ?? '', /^2 of 64 in use, 1 of 8 system/);
  assert.equal(checks.get('own sessions')?.found, 'sigel-test');
});

test('containerd’s pipe', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const pipe = `\\\\.\\pipe\\sigel-doctor-${process.pid}`;
  const server = result.bench.startScript(PIPE_SERVER, [pipe]);
  try {
    while (server.stdout() !== 'ready') await sleep(50);
    const { checks } = await doctor(standinOf(), '--pipe', pipe);
    assert.deepEqual(checks.get('containerd'), {
      check: 'containerd',
      verdict: 'ok',
      found: `${pipe} answers`,
    });
  } finally {
    await server.kill();
  }
});

test('for a person', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const { code, stdout } = await result.bench.sigel(['doctor'], standinOf());
  assert.equal(code, 0);
  assert.match(stdout, /^ok {4}windows +\S.*\n/);
  assert.match(stdout, /\nSigel can run here, \d to look at\.\n$/);
});
