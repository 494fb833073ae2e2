import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RotatingLog } from './rotating_log.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-log-'));
after(() => rmSync(folder, { recursive: true }));

async function write(path: string, lines: readonly string[], maxBytes = 10): Promise<void> {
  const log = new RotatingLog({ path, maxBytes, backups: 2 });
  for (const line of lines) log.write(line);
  log.end();
  await once(log, 'finish');
}

test('a full file is put aside, the oldest goes', async () => {
  const path = join(folder, 'a', 'sigel.log');
  await write(path, ['one-----\n', 'two-----\n', 'three---\n', 'four----\n']);
  assert.deepEqual(
    readdirSync(join(folder, 'a'))
      .sort()
      .map((name) => [name, readFileSync(join(folder, 'a', name), 'utf8')]),
    [
      ['sigel.log', 'four----\n'],
      ['sigel.log.1', 'three---\n'],
      ['sigel.log.2', 'two-----\n'],
    ],
  );
});

test('the next run goes on in it', async () => {
  const path = join(folder, 'sigel.log');
  writeFileSync(path, 'kept\n');
  await write(path, ['more\n', 'next\n']);
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'kept\nmore\n');
  assert.equal(readFileSync(path, 'utf8'), 'next\n');
});

test('a line longer than a file is written whole', async () => {
  const path = join(folder, 'long.log');
  await write(path, ['x'.repeat(30)]);
  assert.equal(readFileSync(path, 'utf8').length, 30);
});

test('a file that cannot be put aside is written on, and those put aside stay', async () => {
  const path = join(folder, 'held.log');
  writeFileSync(`${path}.1`, 'before\n');
  // A folder in its way, where on Windows somebody reads it.
  mkdirSync(join(`${path}.0`, 'x'), { recursive: true });
  await write(path, ['one-----\n', 'two-----\n', 'three---\n']);
  assert.equal(readFileSync(path, 'utf8'), 'one-----\ntwo-----\nthree---\n');
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'before\n');
});
