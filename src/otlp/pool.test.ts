import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WriterPool } from './pool.ts';

test('a writer that was given back is handed out again, empty', () => {
  const pool = new WriterPool(2, 1024 * 1024);
  const writer = pool.take();
  writer.string('abc');
  pool.give(writer);
  assert.equal(pool.take(), writer);
  assert.equal(writer.length, 0);
  assert.notEqual(pool.take(), writer, 'but to one at a time');
});

test('it keeps no more than it may, and none that has grown too large', () => {
  const pool = new WriterPool(1, 100_000);
  const large = pool.take();
  large.string('x'.repeat(200_000));
  pool.give(large);
  const [first, second] = [pool.take(), pool.take()];
  assert.notEqual(first, large);
  pool.give(first);
  pool.give(second);
  assert.equal(pool.take(), first);
  assert.notEqual(pool.take(), second);
});
