import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makePosixFolder } from './private_folder.ts';

const skip = process.platform === 'win32';
const root = mkdtempSync(join(tmpdir(), 'sigel-folder-'));
after(() => rmSync(root, { recursive: true }));

test('a folder is made, with those above it, for its owner only', { skip }, () => {
  const path = join(root, 'a', 'b');
  assert.equal(makePosixFolder(path).kind, 'ok');
  assert.equal(statSync(path).mode & 0o777, 0o700);
});

test('one that others could write is closed', { skip }, () => {
  const path = join(root, 'open');
  mkdirSync(path);
  assert.equal(makePosixFolder(path).kind, 'ok');
  assert.equal(statSync(path).mode & 0o077, 0);
});

test('a link, and a file, are no folder', { skip }, () => {
  symlinkSync(tmpdir(), join(root, 'link'));
  writeFileSync(join(root, 'file'), '');
  for (const name of ['link', 'file']) {
    const made = makePosixFolder(join(root, name));
    assert.ok(made.kind === 'failed' && made.error.message.includes(name));
  }
});
