import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cached } from './cache.ts';

/** More than any process id of Linux or Windows in use. */
const DEAD_PID = 2 ** 30;
const outside = process.env['SIGEL_CACHE'];
let root = '';

before(() => {
  root = mkdtempSync(join(tmpdir(), 'sigel-cache-'));
  process.env['SIGEL_CACHE'] = root;
});
beforeEach(() => {
  for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
});
after(() => {
  rmSync(root, { recursive: true });
  if (outside === undefined) delete process.env['SIGEL_CACHE'];
  else process.env['SIGEL_CACHE'] = outside;
});

const build = async (folder: string) => writeFileSync(join(folder, 'built'), '');

test('what is built is kept and not built again', async () => {
  const folder = await cached('a', build);
  assert.equal(await cached('a', () => assert.fail('built again')), folder);
  assert.deepEqual([readdirSync(folder), readdirSync(root)], [['built'], ['a']]);
});

test('two at a time: one builds, the other waits for it', async () => {
  let builds = 0;
  const slow = async (folder: string) => {
    builds++;
    await sleep(50);
    await build(folder);
  };
  assert.deepEqual(await Promise.all([cached('a', slow), cached('a', slow)]), [
    join(root, 'a'),
    join(root, 'a'),
  ]);
  assert.equal(builds, 1);
});

test('a build that fails leaves nothing behind', async () => {
  const failing = async (folder: string) => {
    await build(folder);
    throw new Error('no luck');
  };
  await assert.rejects(cached('a', failing), /no luck/);
  assert.deepEqual(readdirSync(root), []);
});

test('what a dead build left is cleared away', async () => {
  writeFileSync(join(root, 'a.lock'), String(DEAD_PID));
  mkdirSync(join(root, `a.building-${DEAD_PID}`));
  assert.ok(existsSync(join(await cached('a', build), 'built')));
  assert.deepEqual(readdirSync(root), ['a']);
});
