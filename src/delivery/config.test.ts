import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryOnFailure, sendingQueue } from './config.ts';

test('the defaults are the Collector’s; wait_for_result goes by the storage', () => {
  assert.deepEqual(sendingQueue.parse(undefined), {
    enabled: true,
    num_consumers: 10,
    queue_size: 1000,
    sizer: 'requests',
    block_on_overflow: false,
    order: 'any',
  });
  assert.deepEqual(retryOnFailure.parse({}), {
    enabled: true,
    initial_interval: 5000,
    randomization_factor: 0.5,
    multiplier: 1.5,
    max_interval: 30_000,
    max_elapsed_time: 300_000,
  });
});

test('an empty batch section means its defaults', () => {
  for (const batch of [null, {}]) {
    assert.deepEqual(sendingQueue.parse({ batch }).batch, {
      flush_timeout: 200,
      sizer: 'items',
      min_size: 8192,
      max_size: 0,
    });
  }
});

for (const [title, queue, message] of [
  ['a queue on disk that waits', { storage: 'file_storage', wait_for_result: true }, /does not wait/],
  [
    'cutting below what is waited for',
    { batch: { min_size: 10, max_size: 5 } },
    /max_size must be at least min_size/,
  ],
  ['a queue too small for a batch', { sizer: 'items', batch: null }, /would not fit/],
  ['an unknown key', { consumers: 1 }, /consumers/],
  ['no consumers', { num_consumers: 0 }, /num_consumers/],
] as const) {
  test(`refused: ${title}`, () => assert.throws(() => sendingQueue.parse(queue), message));
}
