import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../interop/peers/process.ts';
import { NODE_OPTIONS } from './peers/bench.ts';
import { ensureWindowsModules, stage, unstage } from './peers/install.ts';
import { ensureWindowsNode, NODE_22 } from './peers/node.ts';
import { ensureWine, Wine } from './peers/wine.ts';

// Wine's own service control manager starts node.exe as a service, asks it for things, and ends it.

const prefix = await ensureWine();
const node = await ensureWindowsNode(NODE_22);
const modules = await ensureWindowsModules();
const absent = [prefix, node, modules].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;

const NAME = `Sigel.test-${process.pid}`;
const machine = skip === false ? install() : undefined;
after(async () => {
  if (machine === undefined) return;
  // Where a test failed half way.
  await service('uninstall');
  await machine.session.kill();
  unstage(machine.folder);
  rmSync(machine.log, { force: true });
});

/** An installation on Wine's C:, where no folder above is everybody's, as /tmp is. */
function install() {
  assert.ok(prefix.kind === 'ready' && node.kind === 'ready' && modules.kind === 'ready');
  const drive = join(prefix.path, 'drive_c');
  const folder = stage(modules.path, drive);
  const program = join(folder, 'node.exe');
  symlinkSync(node.path, program);
  const wine = new Wine(prefix.path);
  return {
    wine,
    folder,
    program,
    log: join(drive, 'ProgramData', 'Sigel', 'logs', `${NAME}.log`),
    // Wine ends services with the last program of a user.
    session: wine.start(program, ['-e', 'setInterval(() => {}, 60_000)'], { patience: 900_000 }),
    onC: (path: string) => `C:${path.slice(drive.length).replaceAll('/', '\\')}`,
  };
}

function service(action: string, ...more: readonly string[]) {
  const { wine, folder, program, onC } = machine ?? assert.fail();
  const main = onC(join(folder, 'src', 'main.ts'));
  const options = [...NODE_OPTIONS, main, 'service', action, '--name', NAME, ...more];
  return wine.run(onC(program), options, { cwd: folder, patience: 300_000 });
}

async function says(action: string, ...more: readonly string[]) {
  const { code, stdout, stderr } = await service(action, ...more);
  return `${code} ${stdout}${stderr}`.replaceAll(NAME, 'NAME').replaceAll(/\(process \d+\)/g, '(process N)');
}

const log = () => (machine !== undefined && existsSync(machine.log) ? readFileSync(machine.log, 'utf8') : '');

/** A path in the installation, as the test and as the service has it. */
function file(name: string): { readonly path: string; readonly onC: string } {
  const { folder, onC } = machine ?? assert.fail();
  const path = join(folder, name);
  return { path, onC: onC(path) };
}

const CONFIG = 'sigel.yaml';
function configure(text: string, output = 'first.jsonl'): void {
  writeFileSync(file(CONFIG).path, text.replace('OUT', JSON.stringify(file(output).onC)), { mode: 0o600 });
}
const PIPELINE = `receivers: { agent: { heartbeat_interval: 1s } }
exporters: { file: { path: OUT } }
service: { pipelines: { logs: { receivers: [agent], exporters: [file] } } }
`;

const records = (name: string) => {
  const { path } = file(name);
  return existsSync(path) && readFileSync(path, 'utf8').includes('sigel.agent.heartbeat');
};

test('installed, started, reloaded, stopped in order, started in vain, removed', { skip }, async () => {
  configure(PIPELINE);
  const config = ['--config', file(CONFIG).onC];
  assert.equal(await says('status'), '1 sigel service: NAME is absent\n');
  assert.equal(
    await says('install', ...config),
    // Wine 8 lacks that one; Windows has all.
    "0 NAME is installed (this system knows no recovery_from_errors): it runs from the next start of Windows on, or by 'sigel service start'\n",
  );
  assert.equal(await says('status'), '1 sigel service: NAME is stopped\n');

  assert.equal(await says('start'), '0 NAME runs\n');
  assert.match(log(), /everything is running/);
  assert.equal(await says('status'), '0 NAME is running (process N)\n');
  assert.match(await says('start'), /^1 sigel service: StartServiceW: the service runs already/);
  await until('records are written', () => records('first.jsonl'));

  configure(PIPELINE, 'second.jsonl');
  assert.equal(await says('reload'), '0 NAME reads its configuration\n');
  await until('records are written elsewhere', () => records('second.jsonl'));
  assert.match(log(), /the configuration was read again: changed/);

  assert.equal(await says('stop'), '0 NAME has stopped\n');
  assert.match(log(), /exporter file +in (\d+) = delivered \1\n/);
  assert.match(await says('stop'), /^1 sigel service: ControlService: the service does not run/);

  configure(PIPELINE.replace('heartbeat', 'hartbeat'));
  assert.equal(
    await says('start'),
    '1 sigel service: NAME did not start (stopped, exit code 2): see its log\n',
  );
  assert.match(log(), /no key "hartbeat_interval"/);
  assert.equal(await says('status'), '1 sigel service: NAME is stopped (exit code 2)\n');
  assert.equal(await says('uninstall'), '0 NAME is removed; its configuration and logs stay\n');
  assert.equal(await says('status'), '1 sigel service: NAME is absent\n');
});

test('not installed where others can change what SYSTEM would run', { skip }, async () => {
  configure(PIPELINE.replace('heartbeat', 'hartbeat'));
  const config = ['--config', file(CONFIG).onC];
  assert.match(
    await says('install', ...config),
    /^1 [^]*not installed with a configuration that cannot run\n$/,
  );
  chmodSync(file(CONFIG).path, 0o666);
  assert.match(
    await says('install', ...config),
    /^1 sigel service: not as SYSTEM: C:\\.*\.yaml can be written by/,
  );
  chmodSync(file(CONFIG).path, 0o600);
  chmodSync(file('.').path, 0o777);
  assert.match(
    await says('install', ...config),
    /^1 sigel service: not as SYSTEM: C:\\sigel-install-\w+ can be/,
  );
  assert.match(
    await says('install'),
    /^1 sigel service: there is no C:\\ProgramData\\Sigel\\config.yaml: write one with 'sigel init "C:\\Program/,
  );
  assert.equal(await says('status'), '1 sigel service: NAME is absent\n');
});

test('what Windows starts is for Windows alone to start', { skip }, async () => {
  assert.match(await says('run'), /^2 sigel service run: Windows starts this/);
});
