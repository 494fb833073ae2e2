import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPTED, acceptedWith, retryLater } from './outcome.ts';

test('what is accepted by several is settled when all of them have settled it', async () => {
  assert.equal(acceptedWith([ACCEPTED, ACCEPTED, retryLater('no')]), ACCEPTED);
  const { promise, resolve } = Promise.withResolvers<void>();
  const outcome = acceptedWith([
    { kind: 'accepted', settled: Promise.resolve() },
    { kind: 'accepted', settled: promise },
  ]);
  assert.ok(outcome.kind === 'accepted' && outcome.settled !== undefined);
  let settled = false;
  void outcome.settled.then(() => (settled = true));
  await new Promise(setImmediate);
  assert.equal(settled, false);
  resolve();
  await outcome.settled;
});
