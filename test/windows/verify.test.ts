import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { until } from '../interop/peers/process.ts';
import { ROOT } from '../interop/shared_data.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureEventLogStandin } from './peers/event_log.ts';
import { ensureStandin, Standin, type StandinBuild, type StandinSettings } from './peers/standin.ts';
import { windowsPath } from './peers/wine.ts';
import type { Finding } from './verify/finding.ts';
import { readKeywords } from './verify/wevtutil.ts';

const PROBE = join(import.meta.dirname, 'verify', 'probe.ts');
const DEMO = gunzipSync(readFileSync(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz')));
const libraries = { full: await ensureStandin(), server2019: await ensureStandin('server2019') };
const wevtapi = await ensureEventLogStandin();
const result = await windowsBench();
const absent = [...Object.values(libraries), result].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;
const standins: Standin[] = [];
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  for (const standin of standins) standin.dispose();
});

function machine(build: StandinBuild = 'full', settings: StandinSettings = {}): Standin {
  const library = libraries[build];
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  standins.push(standin);
  standin.control(settings);
  return standin;
}

interface Probed {
  /** The verdicts of each point, one letter each, in the order in which they came. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

async function probe(
  standin: Standin,
  names: readonly string[],
  args: readonly string[] = [],
  more: Readonly<Record<string, string>> = {},
): Promise<Probed> {
  assert.ok(result.kind === 'ready');
  const all = [windowsPath(result.bench.folder), '-', names.join(','), ...args];
  const env = { ...standin.env, SIGEL_VERIFY_PATIENCE: '0.01', ...more };
  const { stdout, stderr } = await result.bench.runScript(PROBE, all, { env });
  assert.equal(stderr, '');
  const lines = stdout.split('\n').filter((line) => line !== '');
  const findings = lines.map((line) => JSON.parse(line) as Finding);
  const verdicts: Record<string, string> = {};
  for (const { point, verdict } of findings) verdicts[point] = `${verdicts[point] ?? ''}${verdict[0]}`;
  assert.ok(
    standin.sessions().every(({ running }) => !running),
    'no session is left behind',
  );
  return { verdicts, findings };
}

test('what needs no events of this moment passes', { skip }, async () => {
  const standin = machine();
  standin.play(DEMO);
  standin.control({ lose_every: 4 });
  standin.providers([['22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716', 'Microsoft-Windows-Kernel-Process']]);
  const { verdicts, findings } = await probe(standin, [
    'open-error',
    'close',
    'losses',
    'forms',
    'mark',
    'update',
    'buffers',
    'accepted',
    'enabled',
    'presets',
    'registered',
    'accounts',
    'volumes',
    'mutex',
    'takeover',
    'cleanup',
  ]);
  assert.deepEqual(
    verdicts,
    {
      'open-error': 'PP',
      close: 'P',
      'loss-marks': 'P',
      'loss-balance': 'P',
      forms: 'PPPP',
      mark: 'PP',
      update: 'P',
      buffers: 'P',
      filters: 'PPP',
      properties: 'PPPPPPPPPPPP',
      'enabled-as': 'P',
      presets: 'PPP',
      'tdh-providers': 'P',
      accounts: 'PPP',
      volumes: 'P',
      hrtime: 'P',
      mutex: 'P',
      takeover: 'P',
    },
    JSON.stringify(findings),
  );
});

test('an event of the agent’s own comes back', { skip }, async () => {
  const { verdicts, findings } = await probe(machine(), ['canary']);
  assert.deepEqual(verdicts, { canary: 'P' }, JSON.stringify(findings));
});

test('signatures: that in a file passes, catalogs fail where none answers', { skip }, async () => {
  const { verdicts, findings } = await probe(machine(), ['signatures']);
  const expected = {
    'signature-own': 'P',
    'signature-catalog': 'F',
    'signature-device': 'F',
    'signature-none': 'F',
  };
  assert.deepEqual(verdicts, expected, JSON.stringify(findings));
});

// Wine's access lists are made of mode bits, and nothing of it is shared.
test('who can write where: Wine has no folder that all share', { skip }, async () => {
  const { verdicts, findings } = await probe(machine(), ['writers']);
  assert.deepEqual(verdicts, { writers: 'PPPF' }, JSON.stringify(findings));
});

test('event logs: what the stand-in for wevtapi.dll tells', {
  skip: skip || (wevtapi.kind === 'missing' && wevtapi.reason),
}, async () => {
  assert.ok(wevtapi.kind === 'ready');
  const standin = machine();
  const log = join(standin.folder, 'log');
  const xml = (id: number): string =>
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Shop'/><EventID>1</EventID>` +
    `<TimeCreated SystemTime='2026-03-02T09:00:00.0000000Z'/><EventRecordID>${id}</EventRecordID>` +
    '<Channel>Security</Channel><Computer>win-1</Computer></System></Event>\n';
  writeFileSync(log, Buffer.from([1, 2, 3, 4].map(xml).join(''), 'utf16le'));
  const { verdicts, findings } = await probe(standin, ['event-log'], [], {
    SIGEL_TEST_EVENT_LOG_LIBRARY: windowsPath(wevtapi.path),
    SIGEL_STANDIN_EVENT_LOG: windowsPath(log),
  });
  const expected = {
    'event-log-read': 'P',
    'event-log-xml': 'P',
    'event-log-bookmark': 'P',
    'event-log-wait': 'P',
    'event-log-refused': 'P',
  };
  assert.deepEqual(verdicts, expected, JSON.stringify(findings));
});

// The recording is of another day, and nothing in it is of the processes that the checks start.
test('what must be of this moment fails on a recording, and says why', { skip }, async () => {
  const standin = machine();
  standin.play(DEMO);
  const { verdicts, findings } = await probe(standin, [
    'raw',
    'record',
    'stop',
    'next',
    'flush',
    'kernel-providers',
    'kernel-flags',
    'filtered',
    'capture-state',
    'tdh',
  ]);
  assert.deepEqual(
    verdicts,
    {
      'raw-exported': 'P',
      'raw-buffers': 'P',
      'raw-clock': 'F',
      'raw-events': 'F',
      'record-header': 'P',
      'record-clock': 'F',
      'record-events': 'F',
      stop: 'F',
      balance: 'P',
      'next-consumer': 'F',
      'flush-timer': 'FF',
      // Wine 8 is a build before it.
      'kernel-providers': 'S',
      'kernel-flags': 'F',
      'kernel-flags-mixed': 'F',
      'filter-effect': 'FF',
      'capture-state': 'F',
      tdh: 'FF',
    },
    JSON.stringify(findings),
  );
});

const REFUSALS: readonly (readonly [
  title: string,
  build: StandinBuild,
  settings: StandinSettings,
  name: string,
  verdicts: Readonly<Record<string, string>>,
])[] = [
  ['no whole buffers', 'server2019', {}, 'raw', { 'raw-exported': 'P', 'raw-buffers': 'S' }],
  ['nothing to compare', 'server2019', {}, 'paths', { 'same-events': 'S' }],
  [
    'a form with a code that is not handled',
    'full',
    { 'fail.StartTraceW': '50:1' },
    'forms',
    { forms: 'FPPP' },
  ],
  [
    'buffers that claim too much',
    'full',
    { bad_filled: 1 },
    'raw',
    { 'raw-exported': 'P', 'raw-buffers': 'F', 'raw-clock': 'F', 'raw-events': 'F' },
  ],
  ['no session at all', 'full', { 'fail.StartTraceW': 5 }, 'close', { close: 'F' }],
  ['no such check', 'full', {}, 'nonsense', { nonsense: 'F' }],
];
for (const [title, build, settings, name, expected] of REFUSALS) {
  test(title, { skip }, async () => {
    const standin = machine(build, settings);
    standin.play(DEMO);
    const { verdicts, findings } = await probe(standin, [name]);
    assert.deepEqual(verdicts, expected, JSON.stringify(findings));
  });
}

test('a claim of another process, and a private folder', { skip }, async () => {
  const standin = machine();
  assert.ok(result.kind === 'ready');
  const squatter = result.bench.startScript(
    PROBE,
    [windowsPath(result.bench.folder), '-', 'squat', 'sigel-verify-x'],
    { env: standin.env },
  );
  await until('the claim is made', () => squatter.stdout().includes('ours'));
  assert.deepEqual((await probe(standin, ['squatted'], ['sigel-verify-x'])).verdicts, { 'mutex-squat': 'P' });
  await squatter.kill();
  const folder = windowsPath(join(standin.folder, 'sigel-verify-folder', 'tdh'));
  assert.deepEqual((await probe(standin, ['folder'], [folder])).verdicts, { folder: 'P' });
  assert.deepEqual((await probe(standin, ['remove-folder'], [folder])).verdicts, {});
  assert.equal(existsSync(join(standin.folder, 'sigel-verify-folder')), false);
});

// Wine without a console has no keys: what is shown is that the rest runs, and that it is said.
test('Ctrl+C where there is no console', { skip }, async () => {
  const [found] = (await probe(machine(), ['press'], ['ctrl-c', '1', '-e', 'setInterval(() => {}, 1000)']))
    .findings;
  assert.deepEqual([found?.point, found?.verdict], ['ctrl-c', 'FAIL'], JSON.stringify(found));
});

test('a shutdown, as a HostProcess container is told of it', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const main = windowsPath(join(result.bench.folder, 'src', 'main.ts'));
  const nothing = `extensions: { containerd: { endpoint: 'npipe:////./pipe/sigel-no-containerd' } }
receivers: { containerd: }
exporters: { debug: }
service: { extensions: [containerd], pipelines: { logs: { receivers: [containerd], exporters: [debug] } } }`;
  const { findings } = await probe(machine(), ['ctrl-shutdown'], [main, '--config', `yaml:${nothing}`]);
  const [{ point, verdict, facts } = assert.fail()] = findings;
  assert.deepEqual(
    [point, verdict, facts?.['exitCode']],
    ['ctrl-shutdown', 'PASS', 0],
    JSON.stringify(findings),
  );
});

test('the agent’s own pipe', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const main = windowsPath(join(result.bench.folder, 'src', 'main.ts'));
  const { verdicts, findings } = await probe(machine(), ['control-pipe'], [main]);
  assert.deepEqual(verdicts, { 'control-list': 'P', 'control-asked': 'P' }, JSON.stringify(findings));
});

test('the configuration that verify.ps1 writes', { skip }, async () => {
  assert.ok(result.kind === 'ready');
  const script = readFileSync(join(import.meta.dirname, 'verify.ps1'), 'utf8');
  const lines = /\$lines = @\(\n([^]*?)\n {2}\)\n/.exec(script)?.[1]?.split('\n') ?? [];
  // A line is 'text', or ('text' + a value).
  const yaml = lines.map((line) => /'(.*)'(?: \+ (.+)\))?$/.exec(line.trim()) ?? assert.fail(line));
  const text = yaml.map(([, said = '', value]) => `${said}${value === undefined ? '' : 'x'}\n`).join('');
  const { code, stderr } = await result.bench.sigel(['validate', '--config', `yaml:${text}`], machine());
  assert.equal(code, 0, `${text}\n${stderr}`);
});

test('keywords as wevtutil prints them', () => {
  const text =
    'keywords:\n  keyword:\n    name: A_KW\n    mask: 10\n    message: x\n  keyword:\n    name: B\n    mask: 0x8000000000000000\nopcodes:\n  opcode:\n    name: C\n    mask: 1\n';
  assert.deepEqual(
    [...readKeywords(text)],
    [
      ['A_KW', 16n],
      ['B', 0x8000000000000000n],
    ],
  );
});
