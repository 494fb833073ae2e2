import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { tryPipe } from './pipe.ts';

const windows = process.platform === 'win32';
const folder = mkdtempSync(join(tmpdir(), 'sigel-pipe-'));
after(() => rmSync(folder, { recursive: true }));
const named = (name: string): string => (windows ? `\\\\.\\pipe\\sigel-test-${name}` : join(folder, name));

test('a pipe that somebody serves', async () => {
  const server = createServer().listen(named('served'));
  try {
    assert.equal(await tryPipe(named('served'), 2000), 'connected');
  } finally {
    server.close();
  }
});

test('a pipe that is not there', async () => assert.equal(await tryPipe(named('absent'), 2000), 'absent'));

test('a pipe that nobody serves', { skip: windows }, async () => {
  writeFileSync(named('file'), '');
  assert.equal(await tryPipe(named('file'), 2000), 'silent');
});
