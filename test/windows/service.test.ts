import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../interop/peers/process.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { windowsPath } from './peers/wine.ts';

// Wine's own service control manager starts node.exe as a service, and stops it.

const result = await windowsBench();
const skip = result.kind === 'missing' ? result.reason : false;
const bench = (): WindowsBench => (result.kind === 'ready' ? result.bench : assert.fail('no bench'));
const folder = mkdtempSync(join(tmpdir(), 'sigel-service-'));
const NAME = `Sigel.test-${process.pid}`;
after(async () => {
  if (result.kind !== 'ready') return;
  // Where a test failed half way.
  await service('stop');
  await service('uninstall');
  result.bench.dispose();
  rmSync(folder, { recursive: true });
});

function service(action: string, ...more: string[]) {
  return bench().sigel(['service', action, '--name', NAME, ...more], { cwd: folder });
}
const state = async () => (await service('status')).stdout.trim();
const becomes = (wanted: string) => until(`it is ${wanted}`, async () => (await state()) === wanted, 120_000);

const out = join(folder, 'out.jsonl');
const log = join(folder, 'log', 'sigel.log');
const config = join(folder, 'sigel.yaml');
writeFileSync(
  config,
  `receivers: { agent: { heartbeat_interval: 1s } }
exporters: { file: { path: ${JSON.stringify(windowsPath(out))} } }
service: { pipelines: { logs: { receivers: [agent], exporters: [file] } } }
`,
  { mode: 0o600 },
);
const INSTALL = ['--config', windowsPath(config), '--log', windowsPath(log)];

test('installed, started, stopped in order, removed', { skip }, async () => {
  assert.equal(await state(), 'absent');
  const installed = await service('install', ...INSTALL);
  assert.equal(installed.code, 0, installed.stderr);
  assert.equal(await state(), 'stopped');
  assert.match((await service('install', ...INSTALL)).stderr, /Installing the service/);
  const started = await service('start');
  assert.equal(started.code, 0, started.stderr);
  await becomes('running');
  await until('a heartbeat is written', () => existsSync(out) && readFileSync(out, 'utf8').includes('heartbeat'), 60_000);
  const stopped = await service('stop');
  assert.equal(stopped.code, 0, stopped.stderr);
  await becomes('stopped');
  // In order: the ledger is told at the end, and all of it was delivered.
  const said = readFileSync(log, 'utf8');
  assert.match(said, /everything is running/);
  assert.match(said, /exporter file +in (\d+) = delivered \1\n/);
  assert.equal((await service('uninstall')).code, 0);
  await becomes('absent');
});

test('a configuration that others can write to is none for SYSTEM', { skip }, async () => {
  const open = join(folder, 'open.yaml');
  writeFileSync(open, readFileSync(config));
  chmodSync(open, 0o666);
  const { code, stderr } = await service('install', '--config', windowsPath(open));
  assert.equal(code, 1);
  assert.match(stderr, /can be written by/);
  assert.equal(await state(), 'absent');
});

test('a configuration that cannot run is not installed', { skip }, async () => {
  const { code, stderr } = await service('install', '--config', 'yaml:receivers');
  assert.equal(code, 1);
  assert.match(stderr, /cannot run/);
});

test('what Windows starts is for Windows alone to start', { skip }, async () => {
  const { code, stderr } = await service('run', ...INSTALL);
  assert.equal(code, 2);
  assert.match(stderr, /for Windows to start/);
});
