import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { openStore } from './open_store.ts';
import { SqliteStore, type StoreOptions } from './sqlite_store.ts';

const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'sigel-store-'));
after(() => rmSync(folder, { recursive: true }));

let stores = 0;
function optionsOf(changes: Partial<StoreOptions> = {}): StoreOptions {
  return { path: join(folder, `${stores++}.db`), maxSize: 64 * MIB, fsync: false, ...changes };
}

const set = (key: string, value: Uint8Array) => ({ kind: 'set', key, value }) as const;
const remove = (key: string) => ({ kind: 'delete', key }) as const;
const bytes = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 0xff);
const found = (value: Uint8Array) => ({ kind: 'found', value });
const key = (n: number) => String(n).padStart(6, '0');

/** A closed store of `count` entries of `size` bytes. */
function filled(options: StoreOptions, count: number, size: number): void {
  const store = new SqliteStore(options);
  for (let n = 0; n < count; n++) store.apply([set(key(n), bytes(size, n))]);
  store.close();
}

/** Overwrites bytes of a file. */
function damage(path: string, position: number, length: number): void {
  const file = openSync(path, 'r+');
  writeSync(file, new Uint8Array(length).fill(0xa5), 0, length, position);
  closeSync(file);
}

for (const fsync of [true, false]) {
  test(`what is set is there after opening again, in the order of keys (fsync ${fsync})`, () => {
    const options = optionsOf({ fsync });
    const store = new SqliteStore(options);
    assert.deepEqual(store.apply([set('b', bytes(3)), set('a', bytes(0)), set('c', bytes(9))]), {
      kind: 'done',
    });
    assert.deepEqual(store.apply([set('b', bytes(40_000)), remove('c'), remove('none')]), { kind: 'done' });
    store.close();
    const again = new SqliteStore(options);
    assert.deepEqual(
      again.entries().map(({ key, size }) => [key, size]),
      [
        ['a', 0],
        ['b', 40_000],
      ],
    );
    assert.deepEqual(again.get('b'), found(bytes(40_000)));
    assert.deepEqual(again.get('c'), { kind: 'missing' });
    again.close();
    assert.ok(!existsSync(`${options.path}-wal`), 'no log is left');
  });
}

test('at its size it refuses what is set, all of it, and deleting makes room', () => {
  const options = optionsOf({ maxSize: 2 * MIB });
  const store = new SqliteStore(options);
  let count = 0;
  while (store.apply([set(key(count), bytes(100_000))]).kind === 'done') count++;
  assert.ok(count > 15 && count <= 20, `${count} of 100 kB in 2 MiB`);
  assert.equal(store.apply([remove(key(0)), set('x', bytes(10)), set('y', bytes(500_000))]).kind, 'full');
  assert.deepEqual([store.get(key(0)).kind, store.get('x').kind], ['found', 'missing']);
  assert.equal(store.apply([remove(key(0)), remove(key(1))]).kind, 'done');
  assert.equal(store.apply([set('x', bytes(100_000))]).kind, 'done');
  store.close();
  assert.ok(statSync(options.path).size <= 2 * MIB);
});

test('a file that had grown gives its space back when it was emptied', () => {
  const options = optionsOf({ rebound: { needed: 8 * MIB, trigger: MIB } });
  const store = new SqliteStore(options);
  for (let n = 0; n < 100; n++) store.apply([set(key(n), bytes(100_000))]);
  assert.ok(store.size().file > 8 * MIB);
  for (let n = 0; n < 95; n++) store.apply([remove(key(n))]);
  assert.ok(store.size().file < 2 * MIB, `${store.size().file} bytes`);
  assert.deepEqual(store.get(key(99)), found(bytes(100_000)));
  store.close();
  assert.ok(statSync(options.path).size < 2 * MIB);
});

test('compacting gives all free space back', () => {
  const options = optionsOf();
  filled(options, 50, 100_000);
  const store = new SqliteStore(options);
  store.apply(Array.from({ length: 45 }, (_, n) => remove(key(n))));
  store.compact();
  assert.ok(statSync(options.path).size < MIB);
  assert.deepEqual(store.get(key(49)), found(bytes(100_000, 49)));
  store.close();
});

test('the files are their owner’s alone', { skip: process.platform === 'win32' }, () => {
  const options = optionsOf();
  const store = new SqliteStore(options);
  store.apply([set('a', bytes(5))]);
  for (const suffix of ['', '-wal'])
    assert.equal(statSync(options.path + suffix).mode & 0o777, 0o600, suffix);
  store.close();
});

test('an entry whose bytes have changed is damaged, the others are not', () => {
  const options = optionsOf();
  filled(options, 3, 50_000);
  const database = new DatabaseSync(options.path);
  database.prepare('UPDATE entries SET value = ? WHERE key = ?').run(bytes(50_000, 77), key(1));
  database.close();
  const store = new SqliteStore(options);
  assert.deepEqual(
    [0, 1, 2].map((n) => store.get(key(n)).kind),
    ['found', 'damaged', 'found'],
  );
  store.close();
});

for (const [title, spoil, least] of [
  ['a page in the middle', (path: string) => damage(path, 20 * 16_384, 16_384), 1],
  ['the head', (path: string) => damage(path, 0, 100), 0],
  ['the tables’ root', (path: string) => damage(path, 16_384, 40_000), 0],
  ['no database at all', (path: string) => writeFileSync(path, 'hello '.repeat(1000)), 0],
] as const) {
  test(`a damaged file is moved aside, and what can be read is kept: ${title}`, () => {
    const options = optionsOf();
    // Values below a page, so that the damaged page is one of the tree.
    filled(options, 300, 3000);
    spoil(options.path);
    const { store, setAside: told } = openStore(options);
    assert.ok(told !== undefined && told.reason !== '');
    assert.equal(told.movedTo, `${options.path}.damaged`);
    assert.ok(statSync(told.movedTo).size > 0);
    assert.equal(store.entries().length, told.recovered);
    assert.ok(told.recovered >= least && told.recovered < 300, `${told.recovered} entries`);
    for (const { key: one } of store.entries())
      assert.deepEqual(store.get(one), found(bytes(3000, Number(one))));
    assert.equal(store.apply([set('new', bytes(1))]).kind, 'done');
    store.close();
    const reopened = openStore(options);
    assert.equal(reopened.setAside, undefined);
    reopened.store.close();
  });
}

test('a log that was cut short loses what was cut, nothing before', () => {
  const options = optionsOf();
  const store = new SqliteStore(options);
  for (let n = 0; n < 5; n++) store.apply([set(key(n), bytes(20_000, n))]);
  const log = `${options.path}-wal`;
  const cut = { ...options, path: join(folder, 'cut.db') };
  writeFileSync(cut.path, readFileSync(options.path));
  writeFileSync(`${cut.path}-wal`, readFileSync(log).subarray(0, -100));
  store.close();
  const { store: again, setAside: told } = openStore(cut);
  assert.equal(told, undefined);
  assert.deepEqual(
    again.entries().map((entry) => entry.key),
    [0, 1, 2, 3].map(key),
  );
  again.close();
});

test('a store of a later version is moved aside as it is, and there is one all the same', () => {
  const options = optionsOf();
  filled(options, 3, 10);
  const database = new DatabaseSync(options.path);
  database.exec('PRAGMA user_version = 9');
  database.close();
  const before = readFileSync(options.path);
  const { store, setAside } = openStore(options);
  assert.deepEqual(
    { ...setAside, reason: '' },
    { kind: 'later', reason: '', movedTo: `${options.path}.later`, recovered: 0 },
  );
  assert.match(setAside?.reason ?? '', /of a later version of Sigel \(format 9; this one knows 1\)/);
  assert.deepEqual(store.entries(), []);
  assert.deepEqual(store.apply([set('a', bytes(1))]), { kind: 'done' });
  store.close();
  assert.deepEqual(readFileSync(`${options.path}.later`), before);
});

// Written by Sigel 0.1.0. However the format changes, its entries are read.
test('a store of format 1 is read', () => {
  const options = optionsOf();
  const kept = readFileSync(new URL('testdata/format_1.db.gz', import.meta.url));
  writeFileSync(options.path, gunzipSync(kept));
  const { store, setAside } = openStore(options);
  assert.equal(setAside, undefined);
  assert.deepEqual(
    store.entries().map(({ key }) => [key, store.get(key)]),
    [0, 1, 2].map((n) => [key(n), found(bytes(1000, n))]),
  );
  store.close();
});

test('a store that is open is not opened again', () => {
  const options = optionsOf();
  const store = new SqliteStore(options);
  assert.throws(() => openStore(options), /another process uses it/);
  store.close();
});
