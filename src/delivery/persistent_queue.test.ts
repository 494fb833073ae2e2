import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { MemoryStorage } from '../../test/support/memory_storage.ts';
import { NEVER, numbers, ScriptedSender, untilAborted } from '../../test/support/senders.ts';
import { ACCEPTED, retryLater } from '../model/outcome.ts';
import { Account } from '../telemetry/ledger.ts';
import { type LogFacts, SILENT } from '../telemetry/logger.ts';
import { retryOnFailure, sendingQueue } from './config.ts';
import { Delivery } from './delivery.ts';
import type { Encoded } from './persistent_queue.ts';
import { SENT, type SendResult } from './sender.ts';

type Answer = ConstructorParameters<typeof ScriptedSender<number>>[0];

/** Items are numbers below 256, a message their bytes; 255 is too large for any. */
function encode(batch: readonly number[]): Encoded {
  const fit = batch.filter((item) => item !== 255);
  return {
    messages: fit.length === 0 ? [] : [{ bytes: Uint8Array.from(fit), items: fit.length }],
    drops:
      fit.length === batch.length
        ? []
        : [{ cause: 'too_large', count: batch.length - fit.length, reason: '' }],
  };
}
const decode = (bytes: Uint8Array): readonly number[] | undefined =>
  bytes[0] === 0 ? undefined : [...bytes];

const running: Delivery<number, number>[] = [];
afterEach(async () => {
  for (const delivery of running.splice(0)) await delivery.shutdown(AbortSignal.abort());
});

/** A run of an exporter over a store that outlives it. */
async function run(
  client: MemoryStorage,
  answer: Answer,
  queue: object = {},
  retry: object = { enabled: false },
) {
  const account = new Account('test', 'exporter');
  const sender = new ScriptedSender<number>((batch, attempt, signal) => {
    assert.equal(account.imbalance(), 0, 'the account adds up at every attempt');
    return answer(batch, attempt, signal);
  });
  const config = {
    sending_queue: sendingQueue.parse({ storage: 'disk', num_consumers: 1, ...queue }),
    retry_on_failure: retryOnFailure.parse(retry),
  };
  const warnings: [string, LogFacts?][] = [];
  const said: string[] = [];
  const logger = {
    ...SILENT,
    info: (message: string) => void said.push(message),
    warn: (...said: [string, LogFacts?]) => void warnings.push(said),
  };
  const split = { limit: () => Number.POSITIVE_INFINITY, estimate: () => 0 };
  const delivery = new Delivery<number, number>({
    sender,
    config,
    sizeOf: (batch) => batch.length,
    laneOf: (item) => item % 2,
    storage: { client, encode, decode, sender, split },
    account,
    logger,
  });
  running.push(delivery);
  await delivery.start();
  return { account, sender, delivery, warnings, said };
}

function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  const { taken, restored, delivered, queued } = account;
  return { taken, restored, delivered, queued, dropped: Object.fromEntries(account.dropped) };
}
const NOTHING = { taken: 0, restored: 0, delivered: 0, queued: 0, dropped: {} };

/** A peer that never answers, until the run is over. */
const away: Answer = (_, __, signal) => untilAborted(signal);
const DOWN: SendResult = { kind: 'retryable', reason: 'down' };
const BAD: SendResult = { kind: 'permanent', cause: 'invalid_argument', reason: 'bad' };

describe('a queue on disk', () => {
  it('accepts a batch when it is kept, not when it is sent', async () => {
    const client = new MemoryStorage();
    const { delivery, account } = await run(client, away);
    assert.equal(await delivery.consume([1, 2, 3]), ACCEPTED);
    assert.deepEqual([...client.values.values()], [Uint8Array.of(1, 2, 3)]);
    assert.deepEqual(book(account), { ...NOTHING, taken: 3, queued: 3 });
    await delivery.shutdown(AbortSignal.abort());
    assert.deepEqual(book(account), { ...NOTHING, taken: 3, queued: 3 });
    assert.equal(client.values.size, 1);
  });

  it('what a run leaves is sent by the next, in order, before what is new; the ledgers add up', async () => {
    const client = new MemoryStorage();
    const first = await run(client, (batch, _, signal) => (batch[0] === 1 ? SENT : untilAborted(signal)));
    for (const n of numbers(12)) await first.delivery.consume([n]);
    await first.delivery.shutdown(AbortSignal.abort());
    const left = first.account.queued;
    assert.deepEqual(book(first.account), { ...NOTHING, taken: 12, delivered: 12 - left, queued: left });
    const second = await run(client, () => SENT);
    assert.equal(second.account.restored, left);
    assert.deepEqual(first.said, ['records are left on disk for the next run']);
    assert.deepEqual(second.said, ['an earlier run has left records on disk: they are sent first']);
    await second.delivery.consume([13]);
    await second.delivery.shutdown(NEVER);
    assert.deepEqual(second.sender.sent.flat(), numbers(left + 1, 13 - left));
    assert.deepEqual(book(second.account), { ...NOTHING, taken: 1, restored: left, delivered: left + 1 });
    assert.equal(client.values.size, 0);
  });

  for (const [title, answer, retry, expected] of [
    ['delivered', () => SENT, {}, { delivered: 3 }],
    ['refused for good', () => BAD, {}, { dropped: { invalid_argument: 3 } }],
    ['given up', () => DOWN, { enabled: false }, { dropped: { send_failed: 3 } }],
    [
      'given up after some time',
      () => DOWN,
      { initial_interval: '1ms', max_interval: '1ms', max_elapsed_time: '3ms' },
      { dropped: { retries_exhausted: 3 } },
    ],
    [
      'works at the third attempt',
      (_: unknown, n: number) => (n < 3 ? DOWN : SENT),
      { initial_interval: '1ms' },
      { delivered: 3 },
    ],
    [
      'split',
      (batch: readonly number[]) => (batch.length > 1 ? { kind: 'too_large', reason: '' } : SENT),
      {},
      { delivered: 3 },
    ],
    ['a bug', () => assert.fail('bug'), {}, { dropped: { internal_error: 3 } }],
  ] as readonly (readonly [string, Answer, object, object])[]) {
    it(`leaves the disk when it is settled: ${title}`, async () => {
      const client = new MemoryStorage();
      const { delivery, account } = await run(client, answer, {}, retry);
      assert.equal(await delivery.consume([1, 2, 3]), ACCEPTED);
      await delivery.shutdown(NEVER);
      assert.deepEqual(book(account), { ...NOTHING, taken: 3, ...expected });
      assert.equal(client.values.size, 0);
    });
  }

  it('what a shutdown interrupts stays, also when a part of it was taken', async () => {
    const client = new MemoryStorage();
    const halves: Answer = (batch, _, signal) => {
      if (batch.length > 1) return { kind: 'too_large', reason: '' };
      return batch[0] === 1 ? SENT : untilAborted(signal);
    };
    const { delivery, account, sender } = await run(client, halves, {}, {});
    await delivery.consume([1, 2]);
    while (sender.sent.length < 3) await new Promise(setImmediate);
    await delivery.shutdown(AbortSignal.abort());
    assert.deepEqual(book(account), { ...NOTHING, taken: 2, queued: 2 });
    assert.equal(client.values.size, 1);
  });

  it('what is too large for any message is dropped, the rest is kept', async () => {
    const client = new MemoryStorage();
    const { delivery, account } = await run(client, () => SENT);
    assert.equal(await delivery.consume([1, 255, 2]), ACCEPTED);
    assert.equal(await delivery.consume([255]), ACCEPTED);
    await delivery.shutdown(NEVER);
    assert.deepEqual(book(account), { ...NOTHING, taken: 4, delivered: 2, dropped: { too_large: 2 } });
  });

  for (const [title, spoil] of [
    [
      'of which bytes have changed',
      (client: MemoryStorage, key: string) =>
        void client.spoiled.set(key, { kind: 'damaged', reason: 'its checksum is another' }),
    ],
    [
      'that is no message',
      (client: MemoryStorage, key: string) => void client.values.set(key, Uint8Array.of(0)),
    ],
    [
      'that has another number of items',
      (client: MemoryStorage, key: string) => void client.values.set(key, Uint8Array.of(1)),
    ],
  ] as const) {
    it(`an entry ${title} is counted and does not stop the others`, async () => {
      const client = new MemoryStorage();
      const before = await run(client, away);
      for (const n of [1, 2, 3]) await before.delivery.consume([n, n]);
      await before.delivery.shutdown(AbortSignal.abort());
      spoil(client, [...client.values.keys()][1] ?? '');
      const { delivery, account, sender } = await run(client, () => SENT);
      await delivery.shutdown(NEVER);
      assert.deepEqual(sender.sent, [
        [1, 1],
        [3, 3],
      ]);
      assert.deepEqual(book(account), {
        ...NOTHING,
        restored: 6,
        delivered: 4,
        dropped: { damaged_in_storage: 2 },
      });
      assert.equal(client.values.size, 0);
    });
  }

  it('an entry of somebody else is left alone, and said', async () => {
    const client = new MemoryStorage();
    client.values.set('hello', Uint8Array.of(1));
    const { delivery, warnings } = await run(client, () => SENT);
    await delivery.shutdown(NEVER);
    assert.equal(client.values.size, 1);
    assert.match(String(warnings[0]?.[1]?.['reason']), /not of a queue: "hello"/);
  });

  for (const [sizer, queue_size, batches, refused] of [
    ['requests', 2, [[1], [1], [1]], 1],
    ['items', 4, [[1, 2], [3, 4], [5]], 1],
    ['bytes', 4, [[1, 2], [3, 4], [5]], 1],
  ] as const) {
    it(`refuses above ${queue_size} ${sizer}, also of what an earlier run has left`, async () => {
      const client = new MemoryStorage();
      const first = await run(client, away, { sizer, queue_size });
      const outcomes = [];
      for (const batch of batches) outcomes.push(await first.delivery.consume(batch));
      const full = retryLater('the sending queue is full');
      assert.deepEqual(
        outcomes.filter((one) => one !== ACCEPTED),
        Array.from({ length: refused }, () => full),
      );
      await first.delivery.shutdown(AbortSignal.abort());
      const second = await run(client, away, { sizer, queue_size });
      assert.deepEqual(await second.delivery.consume([9]), full);
      await second.delivery.shutdown(AbortSignal.abort());
    });
  }

  it('a batch waits while the storage has no room, and goes on when there is some', async () => {
    const client = new MemoryStorage();
    client.room = 2;
    let open = () => {};
    const gate = new Promise<SendResult>((resolve) => (open = () => resolve(SENT)));
    const { delivery, account, warnings } = await run(client, () => gate);
    const outcomes = numbers(5).map((n) => delivery.consume([n]));
    while (warnings.length === 0 || account.taken < 2) await new Promise(setImmediate);
    open();
    assert.deepEqual(
      await Promise.all(outcomes),
      Array.from({ length: 5 }, () => ACCEPTED),
    );
    await delivery.shutdown(NEVER);
    assert.deepEqual(book(account), { ...NOTHING, taken: 5, delivered: 5 });
  });

  it('what found no room until the end is refused, so that its source keeps it', async () => {
    const client = new MemoryStorage();
    client.room = 0;
    const { delivery, account } = await run(client, () => SENT);
    const outcomes = [delivery.consume([1]), delivery.consume([2])];
    await delivery.shutdown(AbortSignal.timeout(5));
    for (const outcome of await Promise.all(outcomes)) assert.equal(outcome.kind, 'refused');
    assert.deepEqual(book(account), NOTHING);
    assert.equal((await delivery.consume([3])).kind, 'refused');
  });

  it('what comes while the disk is busy is written together', async () => {
    const client = new MemoryStorage();
    const { delivery } = await run(client, away);
    await Promise.all(numbers(20).map((n) => delivery.consume([n])));
    assert.equal(client.writes.length, 2);
    await delivery.shutdown(AbortSignal.abort());
  });

  it('small batches are merged before they are kept', async () => {
    const client = new MemoryStorage();
    const { delivery } = await run(client, away, { batch: { min_size: 4, flush_timeout: '1h' } });
    await Promise.all([delivery.consume([1, 2]), delivery.consume([3, 4])]);
    assert.deepEqual([...client.values.values()], [Uint8Array.of(1, 2, 3, 4)]);
    await delivery.shutdown(AbortSignal.abort());
  });
});
