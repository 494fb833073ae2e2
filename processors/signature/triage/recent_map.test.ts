import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentMap } from './recent_map.ts';

test('forgets what was not asked for longest', () => {
  const map = new RecentMap<string>(2);
  const made: string[] = [];
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) {
    const value = map.of(key, () => {
      made.push(key);
      return key.toUpperCase();
    });
    assert.equal(value, key.toUpperCase());
    assert.ok(map.size <= 2);
  }
  assert.deepEqual(made, ['a', 'b', 'c', 'b']);
});
