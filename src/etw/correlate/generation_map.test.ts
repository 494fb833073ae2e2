import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GenerationMap } from './generation_map.ts';

test('the last `limit` used entries are there, and never more than twice as many', () => {
  const operation = fc.record({
    kind: fc.constantFrom('set', 'get', 'delete'),
    key: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 200 }),
      fc.integer({ min: 1, max: 8 }),
      (operations, limit) => {
        const map = new GenerationMap<number, string>(limit);
        let used: number[] = [];
        for (const [i, { kind, key }] of operations.entries()) {
          const known = used.includes(key);
          used = used.filter((k) => k !== key);
          if (kind === 'set') map.set(key, `${key}`);
          if (kind === 'delete') map.delete(key);
          if (kind === 'set' || (kind === 'get' && known && map.get(key) !== undefined)) used.push(key);
          assert.ok(map.size <= 2 * limit, `operation ${i}`);
        }
        // One less than the limit: the entry that fills a generation ends it.
        for (const key of used.slice(-(limit - 1) || used.length)) assert.equal(map.get(key), `${key}`);
      },
    ),
  );
});

test('what was deleted is gone from both generations', () => {
  const map = new GenerationMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  assert.equal(map.get('a'), 1);
  map.delete('a');
  assert.equal(map.get('a'), undefined);
  assert.equal(map.get('b'), 2);
});
