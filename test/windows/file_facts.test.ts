import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FileFacts } from '../../src/file_facts/facts.ts';
import { writePe } from '../support/pe_writer.ts';
import { windowsBench } from './peers/bench.ts';
import { ensureBuilt } from './peers/mingw.ts';
import { ensureWindowsNode, NODE_22 } from './peers/node.ts';
import { windowsPath } from './peers/wine.ts';

const PROGRAM = fileURLToPath(new URL('programs/file_facts.ts', import.meta.url));
const result = await windowsBench();
const node = await ensureWindowsNode(NODE_22);
const skip = result.kind === 'missing' ? result.reason : node.kind === 'missing' ? node.reason : false;
const standin = await ensureBuilt({
  output: 'trust_standin.dll',
  folder: join(import.meta.dirname, 'trust'),
});
const root = mkdtempSync(join(tmpdir(), 'sigel-file-facts-'));
after(() => {
  if (result.kind === 'ready') result.bench.dispose();
  rmSync(root, { recursive: true });
});

interface Read {
  readonly kind: string;
  readonly facts: FileFacts;
}

async function read(paths: readonly string[], env: Record<string, string> = {}): Promise<readonly Read[]> {
  assert.ok(result.kind === 'ready');
  const args = [result.bench.folder, ...paths].map(windowsPath);
  const { code, stdout, stderr } = await result.bench.runScript(PROGRAM, args, { env });
  assert.equal(code, 0, stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

function put(name: string, bytes: Uint8Array): string {
  const path = join(root, name);
  writeFileSync(path, bytes);
  return path;
}

test('a program on Windows: what its file says of itself, and who signed it', { skip }, async () => {
  assert.ok(node.kind === 'ready');
  const [first, again] = await read([node.path, node.path]);
  assert.deepEqual([first?.kind, again?.kind], ['read', 'cached']);
  assert.equal(first?.facts.version?.originalFileName, 'node.exe');
  assert.equal(first?.facts.version?.product, 'Node.js');
  const digest = createHash('sha256').update(readFileSync(node.path)).digest('hex');
  assert.equal(first?.facts.digests.sha256, digest);
  // Wine brings the root that this chain ends at.
  assert.deepEqual(first?.facts.signature, {
    kind: 'signed',
    status: 'trusted',
    isIntact: true,
    isTrusted: true,
    subject: 'OpenJS Foundation',
  });
});

// Wine cannot ask catalogs: of files that have no signature of their own, nothing may be said.
test('one that was altered, and those that nothing can be said of', { skip }, async () => {
  assert.ok(node.kind === 'ready');
  const altered = readFileSync(node.path);
  altered.writeUInt8(altered.readUInt8(0x5000) ^ 1, 0x5000);
  const files = await read([
    put('altered.exe', altered),
    put('unsigned.exe', writePe()),
    put('no_table.exe', writePe({ certificates: true })),
    put('text.txt', Buffer.from('text')),
  ]);
  assert.deepEqual(
    files.map(({ kind, facts }) => [kind, facts.signature]),
    [
      ['read', { kind: 'signed', status: 'TRUST_E_BAD_DIGEST', isIntact: false }],
      ['read', undefined],
      ['read', undefined],
      ['read', undefined],
    ],
  );
});

// Which catalog lists a file the stand-in reads from its byte at 2.
function listedBy(name: string, catalog: number): string {
  const bytes = writePe();
  bytes.writeUInt8(catalog, 2);
  return put(name, bytes);
}

const noStandin = standin.kind === 'missing' ? standin.reason : skip;
for (const silent of [false, true])
  test(`files that catalogs list${silent ? ', where catalogs do not answer' : ''}`, {
    skip: noStandin,
  }, async () => {
    assert.ok(standin.kind === 'ready');
    const open = join(root, 'open.txt');
    const files = await read([listedBy('sha256.exe', 2), listedBy('sha1.exe', 1), listedBy('none.exe', 0)], {
      SIGEL_STANDIN_TRUST: windowsPath(standin.path),
      SIGEL_STANDIN_OPEN: windowsPath(open),
      ...(silent ? { SIGEL_STANDIN_SILENT: '1' } : {}),
    });
    const trusted = { kind: 'signed', status: 'trusted', isIntact: true, isTrusted: true };
    assert.deepEqual(
      files.map(({ facts }) => facts.signature),
      silent ? [undefined, undefined, undefined] : [trusted, trusted, { kind: 'unsigned' }],
    );
    assert.equal(readFileSync(open, 'utf8'), '0 0 0', 'all that was open is released');
  });
