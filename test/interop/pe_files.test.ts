/**
 * Real PE images, and those that tests write, are read as pefile reads them: version resources and import hashes.
 */
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readFacts } from '../../src/file_facts/facts.ts';
import { writePe } from '../support/pe_writer.ts';
import { ensureWindowsNode, NODE_22 } from '../windows/peers/node.ts';
import { ensureWine } from '../windows/peers/wine.ts';
import type { Peer } from './peers/peer.ts';
import { run } from './peers/process.ts';
import { isCi } from './peers/tools.ts';
import { ensureVenv } from './peers/venv.ts';

/** Of Wine's thousand libraries and programs, one in so many. */
const SHARE = 12;

const pefile = await ensureVenv('pefile', ['pefile==2024.8.26']);
const wine = await ensureWine();
const node = await ensureWindowsNode(NODE_22);
const folder = mkdtempSync(join(tmpdir(), 'sigel-pe-'));
after(() => rmSync(folder, { recursive: true }));

function reasonOf(...peers: readonly Peer[]): string | false {
  const lacking = peers.find((peer) => peer.kind === 'missing');
  if (lacking?.kind !== 'missing') return false;
  // In CI nothing is left out in silence, unless the time budget says so.
  if (isCi() && !lacking.excused) throw new Error(lacking.reason);
  return lacking.reason;
}

interface Read {
  readonly path: string;
  readonly version: readonly (string | null)[] | null;
  readonly imphash: string | null;
}

async function ours(path: string): Promise<Read> {
  const handle = await open(path);
  try {
    const { version, digests } = await readFacts(
      { handle, path, size: 0 },
      { digests: ['imphash'], maxHashedSize: 0 },
    );
    const texts =
      version === undefined
        ? null
        : [
            version.originalFileName,
            version.description,
            version.product,
            version.company,
            version.fileVersion,
          ];
    return { path, version: texts?.map((text) => text ?? null) ?? null, imphash: digests.imphash ?? null };
  } finally {
    await handle.close();
  }
}

async function theirs(paths: readonly string[]): Promise<Read[]> {
  assert.ok(pefile.kind === 'ready');
  const list = join(folder, 'list');
  writeFileSync(list, paths.map((path) => `${path}\n`).join(''));
  const script = join(import.meta.dirname, 'python_readers', 'pe.py');
  const { code, stdout, stderr } = await run('sh', [
    '-c',
    'exec "$0" "$1" < "$2"',
    pefile.path,
    script,
    list,
  ]);
  assert.equal(code, 0, stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

async function compare(paths: readonly string[]): Promise<void> {
  const read = [];
  for (const path of paths) read.push(await ours(path));
  assert.deepEqual(read, await theirs(paths));
}

test('written images', { skip: reasonOf(pefile) }, async () => {
  const version = { OriginalFilename: 'a.exe', ProductName: 'Ä', FileVersion: '1.2 beta' };
  const imports = [
    ['KERNEL32.dll', ['CreateFileW']],
    ['WS2_32.dll', [3, 'WSAStartup']],
  ] as const;
  const paths = [true, false].map((wide) => {
    const path = join(folder, `${wide}.exe`);
    writeFileSync(path, writePe({ wide, version, fixedVersion: [1, 2, 3, 4], imports }));
    return path;
  });
  await compare(paths);
});

test('libraries and programs of Wine', { skip: reasonOf(pefile, wine) }, async () => {
  assert.ok(wine.kind === 'ready');
  const system = join(wine.path, 'drive_c', 'windows', 'system32');
  const all = globSync('*.{dll,exe,sys}', { cwd: system }).sort();
  const some = all.filter((_, i) => i % SHARE === 0).map((name) => join(system, name));
  assert.ok(some.length > 40, String(some.length));
  await compare(some);
});

test('node.exe for Windows', { skip: reasonOf(pefile, node) }, async () => {
  assert.ok(node.kind === 'ready');
  const read = await ours(node.path);
  assert.equal(read.version?.[0], 'node.exe');
  await compare([node.path]);
});
