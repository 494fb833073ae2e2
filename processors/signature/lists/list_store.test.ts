import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { serve } from '../../../test/support/http_answers.ts';
import type { KeptList } from './config.ts';
import { ListStore } from './list_store.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-lists-'));
after(() => rmSync(folder, { recursive: true }));

/** What the location has: a text, or a status. */
let there: string | number = '';
const url = await serve((_, response) => {
  if (typeof there === 'number') response.writeHead(there).end();
  else response.end(there);
});

interface Opened {
  readonly store: ListStore;
  readonly stale: string[];
  readonly warnings: string[];
  readonly has: (value: string) => boolean;
}

async function open(list: Partial<KeptList>): Promise<Opened> {
  const stale: string[] = [];
  const warnings: string[] = [];
  const none = (): void => undefined;
  const warn = (message: string): void => void warnings.push(message);
  const store = new ListStore({ debug: none, info: none, warn, error: none }, (name) => stale.push(name));
  after(() => store.close());
  await store.open({ bad: { format: 'lines', column: 1, refresh: 3, ...list } });
  return { store, stale, warnings, has: (value) => store.lists.get('bad')?.has(value, false) === true };
}

async function until(what: string, met: () => boolean): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    if (met()) return;
    await setTimeout(5);
  }
  assert.fail(`never came: ${what}`);
}

test('a list at a location is refreshed; what it cannot be read from leaves it as it was', async () => {
  there = '192.0.2.1\n';
  const { store, warnings, has } = await open({ url });
  assert.ok(has('192.0.2.1'));
  there = '192.0.2.2\n';
  await until('the new value', () => has('192.0.2.2') && !has('192.0.2.1'));
  there = 503;
  await until('the failure', () => store.failing === 1);
  assert.ok(has('192.0.2.2'));
  assert.match(warnings[0] ?? '', /the list bad cannot be read: http:.*: it answers with status 503/);
  there = '192.0.2.3\n';
  await until('the value behind the failure', () => has('192.0.2.3') && store.failing === 0);
});

test('what is no list does not replace one', async () => {
  there = '["a"]';
  const { store, has } = await open({ url, format: 'json' });
  there = '<html>a login page</html>';
  await until('the failure', () => store.failing === 1);
  assert.ok(has('a'));
});

test('the last good download is kept in a file, and used when the location does not answer', async () => {
  const file = join(folder, 'kept.txt');
  there = 'a\nb\n';
  (await open({ url, file })).store.close();
  assert.equal(readFileSync(file, 'utf8'), 'a\nb\n');
  there = 500;
  const { store, has } = await open({ url, file });
  assert.deepEqual([store.failing, has('a'), has('b')], [1, true, true]);
});

test('a location that never answered makes an empty list, and a warning', async () => {
  there = 500;
  const { store, warnings } = await open({ url });
  assert.deepEqual([store.lists.get('bad')?.size, store.failing, warnings.length > 0], [0, 1, true]);
});

test('a file that cannot be written is said; the values count', async () => {
  there = 'c\n';
  const { warnings, has } = await open({ url, file: join(folder, 'none', 'kept.txt') });
  assert.ok(has('c'));
  assert.match(warnings[0] ?? '', /the list bad cannot be kept: /);
});

test('a file is read again; rules that took its values in are told of', async () => {
  const file = join(folder, 'names.txt');
  writeFileSync(file, 'a\n');
  const { store, stale, has } = await open({ file });
  store.lists.get('bad')?.inlined();
  writeFileSync(file, 'b\n');
  await until('the new value', () => has('b'));
  assert.deepEqual(stale, ['bad']);
});

test('a file that is not there does not start', async () => {
  await assert.rejects(open({ file: join(folder, 'nothing') }), /the list bad cannot be read from .*nothing/);
});

test('lists of built-in rules are there, empty', async () => {
  const { store } = await open({ url });
  assert.equal(store.lists.get('tor_exit_nodes')?.size, 0);
});
