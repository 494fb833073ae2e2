import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { KnownProcess } from './known_process.ts';
import { Newest } from './newest.ts';

describe('the newest process of a pid', () => {
  for (const pid of [0, 4, 4095, 4096, 2 ** 20 - 4, 2 ** 20, -1, 2 ** 32 - 1])
    test(`${pid}: asked between all that changes`, () => {
      const newest = new Newest();
      const [one, two] = [new KnownProcess(pid, 0), new KnownProcess(pid, 1)];
      assert.equal(newest.of(pid), undefined);
      newest.set(pid, one);
      assert.equal(newest.of(pid), one);
      newest.set(pid, two);
      assert.equal(newest.of(pid), two);
      assert.deepEqual([...newest.all()], [two]);
      newest.set(pid, undefined);
      assert.equal(newest.of(pid), undefined);
      newest.set(pid, one);
      newest.of(pid);
      newest.clear();
      assert.equal(newest.of(pid), undefined);
    });

  test('those of many pids are kept apart', () => {
    const newest = new Newest();
    const pids = [...Array(3000).keys(), ...Array.from({ length: 3000 }, (_, i) => 4 * 997 * i)];
    const all = new Map(pids.map((pid) => [pid, new KnownProcess(pid, 0)]));
    for (const [pid, one] of all) newest.set(pid, one);
    for (const [pid, one] of all) assert.equal(newest.of(pid), one);
    assert.deepEqual(new Set(newest.all()), new Set(all.values()));
  });
});
