import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER, ScriptedSender, untilAborted } from '../../test/support/senders.ts';
import { SENT, SHUT_DOWN } from './sender.ts';
import { withTimeout } from './timeout.ts';

test('an answer in time is passed on', async () => {
  assert.equal(await withTimeout(new ScriptedSender<number>(() => SENT), 1000).send([1], NEVER), SENT);
});

test('no answer in time is retryable, and the attempt is told to stop', async () => {
  let told = false;
  const sender = new ScriptedSender<number>(async (_, __, signal) => {
    const result = await untilAborted(signal);
    told = true;
    return result;
  });
  const result = await withTimeout(sender, 5).send([1], NEVER);
  assert.deepEqual(result, { kind: 'retryable', reason: 'no answer within 5 ms' });
  await new Promise(setImmediate);
  assert.ok(told);
});

test('a shutdown does not wait for a sender that cannot stop', async () => {
  const stop = new AbortController();
  const { promise: never } = Promise.withResolvers<typeof SENT>();
  const sending = withTimeout(new ScriptedSender<number>(() => never), 60_000).send([1], stop.signal);
  stop.abort();
  assert.equal(await sending, SHUT_DOWN);
  assert.equal(
    await withTimeout(new ScriptedSender<number>(() => SENT), 1000).send([1], stop.signal),
    SHUT_DOWN,
  );
});
