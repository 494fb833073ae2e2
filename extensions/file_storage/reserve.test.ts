import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { StorageChange, StorageWritten } from '../../src/storage/storage.ts';
import { applyWithReserve, Reserve } from './reserve.ts';

const set: StorageChange = { kind: 'set', key: 'a', value: new Uint8Array(1) };
const remove: StorageChange = { kind: 'delete', key: 'a' };
const done: StorageWritten = { kind: 'done' };
const full: StorageWritten = { kind: 'full', reason: 'full' };

/** What is asked of a store and of the reserve, in order, and what comes of it. */
for (const [title, changes, takes, answers, steps, result] of [
  ['adding needs the reserve', [set], [true], [done], 'take apply', 'done'],
  [
    'where there is none, a smaller store may leave room',
    [set],
    [false, true],
    [done],
    'take shrink take apply',
    'done',
  ],
  ['nothing is added without it', [set], [false, false], [], 'take shrink take', 'full'],
  [
    'a full disk is made smaller first',
    [set, remove],
    [true, true],
    [full, done],
    'take apply give shrink take apply',
    'done',
  ],
  ['which may not be enough', [set], [true, true], [full, full], 'take apply give shrink take apply', 'full'],
  ['and must leave the reserve', [set], [true, false], [full], 'take apply give shrink take', 'full'],
  ['deleting does without', [remove], [], [done], 'apply', 'done'],
  ['but uses it on a full disk', [remove], [], [full, done], 'apply give apply shrink', 'done'],
  ['and tells when that was not enough', [remove], [], [full, full], 'apply give apply shrink', 'full'],
] as const)
  test(title, () => {
    const asked: string[] = [];
    const [left, room] = [[...answers], [...takes]];
    const store = {
      apply: () => (asked.push('apply'), left.shift() ?? done),
      shrink: () => void asked.push('shrink'),
    };
    const reserve = {
      take: () => (asked.push('take'), room.shift() ?? false),
      give: () => void asked.push('give'),
    };
    assert.equal(applyWithReserve(store, reserve, changes).kind, result);
    assert.equal(asked.join(' '), steps);
  });

test('a reserve is a file of its size, given up and taken again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-reserve-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'reserve');
  const reserve = new Reserve(path, 5000);
  assert.equal(reserve.take(), true);
  assert.equal(statSync(path).size, 5000);
  reserve.give();
  assert.equal(existsSync(path), false);
  assert.equal(reserve.take(), true);
  assert.equal(new Reserve(join(folder, 'not', 'there')).take(), false);
});
