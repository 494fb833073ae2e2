import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ensureImageTools } from './peers/image_tools.ts';
import { freePort } from './peers/ports.ts';
import { run, stop, until } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

// The image for Windows nodes as docs/releasing.md says to make it without an engine, on a stand-in for its base, which
// cannot be had here: what the registry then holds is held against the image specification and docker/Dockerfile.windows.

const tools = await ensureImageTools();
const skip = tools.kind === 'missing' ? tools.reason : false;
const folder = mkdtempSync(join(tmpdir(), 'sigel-image-'));
const dockerfile = readFileSync(join(ROOT, 'docker', 'Dockerfile.windows'), 'utf8');
let registry = '';
let server: ChildProcess | undefined;

before(async () => {
  if (tools.kind === 'missing') return;
  const port = await freePort();
  server = spawn(join(tools.path, 'crane'), ['registry', 'serve', '--address', `127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  registry = `localhost:${port}`;
  await until('the registry answers', () =>
    fetch(`http://${registry}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
});
after(async () => {
  if (server !== undefined) await stop(server);
  rmSync(folder, { recursive: true });
});

async function crane(...args: string[]): Promise<string> {
  assert.ok(tools.kind === 'ready');
  const { code, stdout, stderr } = await run(join(tools.path, 'crane'), args);
  assert.equal(code, 0, `crane ${args.join(' ')}:\n${stderr}`);
  return stdout;
}

/** A file that the last stage of the Dockerfile has no instruction beyond these for. */
interface Instructions {
  readonly from: string;
  readonly copies: readonly (readonly [source: string, target: string])[];
  readonly entrypoint: readonly string[];
  readonly env: string;
}

function instructions(): Instructions {
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const lines = last.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const named = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  const [from = '', env = '', entrypoint = ''] = ['FROM', 'ENV', 'ENTRYPOINT'].map((name) => {
    const found = named(name);
    assert.equal(found.length, 1, name);
    return found[0];
  });
  const copies = named('COPY').map((copy) => {
    const [, source = '', target = ''] = /^--from=build (\S+) (\S+)$/.exec(copy) ?? assert.fail(copy);
    return [source, target] as const;
  });
  assert.equal(lines.length, 3 + copies.length, 'nothing is run, and nothing but files is added');
  return { from, copies, env, entrypoint: JSON.parse(entrypoint) as string[] };
}

async function tar(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const tree = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), content);
  }
  const archive = join(folder, `${name}.tar`);
  const { code } = await run('tar', ['-C', tree, '-cf', archive, ...Object.keys(files)]);
  assert.equal(code, 0);
  return archive;
}

/** Pushes an image as the document says; resolves to its name. */
async function pushed(): Promise<string> {
  const { entrypoint, env } = instructions();
  const base = `${registry}/base:v1`;
  const hives = await tar('base', { 'Files/License.txt': 'base', 'Hives/Sam_Delta': '' });
  await crane('append', '--oci-empty-base', '-f', hives, '-t', base);
  await crane('mutate', base, '--set-platform', 'windows/amd64', '-t', base);
  const image = `${registry}/sigel:v1`;
  const program = await tar('program', { 'app/node.exe': 'MZ', 'app/dist/src/main.js': '//' });
  await crane('append', '-b', base, '-f', program, '-t', image);
  await crane(
    'mutate',
    image,
    '--entrypoint',
    entrypoint.join(','),
    '--env',
    env.replaceAll('"', ''),
    '-t',
    image,
  );
  return image;
}

test('the image: whole, as the specification says, with the program where it starts', { skip }, async () => {
  const image = await pushed();
  // Digests, sizes and the layers' own digests.
  await crane('validate', '--remote', image);
  for (const [type, text] of [
    ['application/vnd.oci.image.manifest.v1+json', await crane('manifest', image)],
    ['application/vnd.oci.image.config.v1+json', await crane('config', image)],
  ] as const)
    assert.equal(await complaints(type, text), '');
  const config = JSON.parse(await crane('config', image)) as {
    readonly os: string;
    readonly architecture: string;
    readonly config: { readonly Entrypoint: readonly string[]; readonly Env: readonly string[] };
  };
  assert.deepEqual([config.os, config.architecture], ['windows', 'amd64']);
  const { entrypoint } = instructions();
  assert.deepEqual(config.config.Entrypoint, entrypoint);
  assert.deepEqual(config.config.Env, ['PATH=C:\\Windows\\system32;C:\\Windows;']);
  const archive = join(folder, 'exported.tar');
  await crane('export', image, archive);
  const { stdout } = await run('tar', ['-tf', archive]);
  const files = stdout.split('\n');
  for (const path of entrypoint)
    assert.ok(files.includes(path.replace('%CONTAINER_SANDBOX_MOUNT_POINT%', 'Files')), path);
});

test('what is not as the specification says is found', { skip }, async () => {
  const type = 'application/vnd.oci.image.manifest.v1+json';
  assert.match(await complaints(type, '{"schemaVersion":1}'), /schemaVersion|missing properties/);
});

/** What the image specification's own schema says against a document. */
async function complaints(type: string, text: string): Promise<string> {
  assert.ok(tools.kind === 'ready');
  const child = spawn(join(tools.path, 'validate'), [type], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.end(text);
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) said += String(chunk);
  return said;
}

test('the Dockerfile: the base for HostProcess containers, the Node.js of the scripts, one copy to where it starts', () => {
  const { from, copies, entrypoint } = instructions();
  assert.equal(from, `\${BASE}`);
  assert.match(
    dockerfile,
    /^ARG BASE=mcr\.microsoft\.com\/oss\/kubernetes\/windows-host-process-containers-base-image:v1\.0\.0$/m,
  );
  assert.deepEqual(copies, [['/release/windows/', '/app/']]);
  for (const path of entrypoint) assert.ok(path.startsWith('%CONTAINER_SANDBOX_MOUNT_POINT%/app/'), path);
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly devDependencies: { readonly node: string };
  };
  for (const name of ['Dockerfile', 'Dockerfile.windows']) {
    const text = readFileSync(join(ROOT, 'docker', name), 'utf8');
    const versions = [...text.matchAll(/^FROM .*node:(\d+\.\d+\.\d+)-/gm)].map(([, version]) => version);
    assert.ok(versions.length > 0 && versions.every((v) => v === manifest.devDependencies.node), name);
  }
});
