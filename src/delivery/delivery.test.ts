import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEVER, numbers, ScriptedSender, untilAborted } from '../../test/support/senders.ts';
import { ACCEPTED, retryLater } from '../model/outcome.ts';
import { Account, total } from '../telemetry/ledger.ts';
import { type LogFacts, SILENT } from '../telemetry/logger.ts';
import { retryOnFailure, sendingQueue } from './config.ts';
import { Delivery } from './delivery.ts';
import { SENT, type SendResult, sentPartly } from './sender.ts';

type Answer = ConstructorParameters<typeof ScriptedSender<number>>[0];

function setUp(answer: Answer, queue: object = {}, retry: object = { enabled: false }) {
  const account = new Account('test', 'exporter');
  const sender = new ScriptedSender<number>((batch, attempt, signal) => {
    assert.equal(account.imbalance(), 0, 'the account adds up at every attempt');
    return answer(batch, attempt, signal);
  });
  const warnings: [string, LogFacts?][] = [];
  const note = (message: string, facts?: LogFacts) =>
    void warnings.push(facts ? [message, facts] : [message]);
  const config = { sending_queue: sendingQueue.parse(queue), retry_on_failure: retryOnFailure.parse(retry) };
  const logger = { ...SILENT, warn: note, info: note };
  const laneOf = (item: number) => item % 2;
  const sizeOf = (batch: readonly number[]) => batch.reduce((a, b) => a + b, 0);
  return {
    account,
    sender,
    warnings,
    delivery: new Delivery({ sender, config, sizeOf, laneOf, account, logger }),
  };
}
function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  const { taken, delivered, queued } = account;
  return { taken, delivered, queued, dropped: Object.fromEntries(account.dropped) };
}
/** A gate that lets everything pass once it is opened. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<typeof SENT>();
  return { answer: () => promise, open: () => resolve(SENT) };
}
const isSettled = async (promise: Promise<unknown>) =>
  (await Promise.race([promise.then(() => true), new Promise((resolve) => setImmediate(resolve))])) === true;

const DOWN: SendResult = { kind: 'retryable', reason: 'down' };
const BAD: SendResult = { kind: 'permanent', cause: 'invalid_argument', reason: 'bad' };

describe('the outcome and the account of three items', () => {
  const queued = {};
  const direct = { enabled: false };
  const patient = { initial_interval: '1ms' };
  const fast = { initial_interval: '1ms', max_interval: '1ms', max_elapsed_time: '5ms' };
  const down = retryLater('down');
  for (const [title, queue, retry, answer, outcome, expected] of [
    ['delivered', queued, {}, () => SENT, ACCEPTED, { delivered: 3 }],
    ['delivered, no queue', direct, {}, () => SENT, ACCEPTED, { delivered: 3 }],
    [
      'rejected in part',
      queued,
      {},
      () => sentPartly(3, 2, 'old'),
      ACCEPTED,
      { delivered: 1, dropped: { rejected_by_peer: 2 } },
    ],
    [
      'more rejected than sent',
      queued,
      {},
      () => sentPartly(3, 9e9, ''),
      ACCEPTED,
      { dropped: { rejected_by_peer: 3 } },
    ],
    ['refused for good', queued, {}, () => BAD, ACCEPTED, { dropped: { invalid_argument: 3 } }],
    ['refused for good, no queue', direct, {}, () => BAD, ACCEPTED, { dropped: { invalid_argument: 3 } }],
    [
      'one item too large',
      queued,
      {},
      (b: readonly number[]) => (b.includes(2) ? { kind: 'too_large', reason: '' } : SENT),
      ACCEPTED,
      { delivered: 2, dropped: { too_large: 1 } },
    ],
    [
      'works at the third attempt',
      queued,
      patient,
      (_: unknown, n: number) => (n < 3 ? DOWN : SENT),
      ACCEPTED,
      { delivered: 3 },
    ],
    ['down for too long', queued, fast, () => DOWN, ACCEPTED, { dropped: { retries_exhausted: 3 } }],
    [
      'down for too long, no queue',
      direct,
      fast,
      () => DOWN,
      ACCEPTED,
      { dropped: { retries_exhausted: 3 } },
    ],
    ['down, no retries', queued, { enabled: false }, () => DOWN, ACCEPTED, { dropped: { send_failed: 3 } }],
    ['down, no retries, no queue: not taken', direct, { enabled: false }, () => DOWN, down, { taken: 0 }],
    [
      'a sender with a bug',
      queued,
      {},
      () => assert.fail('bug'),
      ACCEPTED,
      { dropped: { internal_error: 3 } },
    ],
    [
      'a sender with a bug, no queue',
      direct,
      {},
      () => assert.fail('bug'),
      ACCEPTED,
      { dropped: { internal_error: 3 } },
    ],
  ] as readonly (readonly [string, object, object, Answer, object, object])[]) {
    it(title, async () => {
      const { delivery, account } = setUp(answer, queue, retry);
      assert.deepEqual(await delivery.consume(numbers(3)), outcome);
      assert.deepEqual(book(account), { taken: 3, delivered: 0, queued: 0, dropped: {}, ...expected });
    });
  }
});

describe('the queue', () => {
  it('keeps the promise open until the peer has answered', async () => {
    const { answer, open } = gate();
    const { delivery, account } = setUp(answer);
    const outcome = delivery.consume(numbers(3));
    assert.equal(await isSettled(outcome), false);
    assert.deepEqual(book(account), { taken: 3, delivered: 0, queued: 3, dropped: {} });
    open();
    assert.equal(await outcome, ACCEPTED);
  });

  it('answers at once without wait_for_result', async () => {
    const { answer, open } = gate();
    const { delivery, account } = setUp(answer, { wait_for_result: false });
    assert.equal(await delivery.consume(numbers(3)), ACCEPTED);
    open();
    await delivery.shutdown(NEVER);
    assert.deepEqual(book(account), { taken: 3, delivered: 3, queued: 0, dropped: {} });
  });

  it('sends at most num_consumers at a time, in order', async () => {
    const { answer, open } = gate();
    const { delivery, sender } = setUp(answer, { num_consumers: 2 });
    const outcomes = numbers(5).map((n) => delivery.consume([n]));
    assert.deepEqual(sender.sent, [[1], [2]]);
    open();
    await Promise.all(outcomes);
    assert.deepEqual(sender.sent.flat(), numbers(5));
  });

  for (const [sizer, size, batches, refused] of [
    ['requests', 2, [[1, 1], [1, 1], [1]], 1],
    ['items', 5, [[1, 1], [1, 1], [1], [1]], 1],
    ['bytes', 10, [[4, 5], [1], [1]], 1],
    ['items', 2, [[1, 1, 1], [1]], 1],
  ] as const) {
    it(`refuses above ${size} ${sizer}`, async () => {
      const { answer, open } = gate();
      const { delivery, account } = setUp(answer, { sizer, queue_size: size });
      const outcomes = batches.map((batch) => delivery.consume(batch));
      open();
      const kinds = await Promise.all(outcomes);
      assert.deepEqual(
        kinds.filter((o) => o !== ACCEPTED),
        Array.from({ length: refused }, () => retryLater('the sending queue is full')),
      );
      assert.equal(book(account).taken, batches.slice(0, -refused).flat().length);
    });
  }

  it('lets callers wait with block_on_overflow, in order', async () => {
    const { answer, open } = gate();
    const { delivery, account, sender } = setUp(answer, { queue_size: 1, block_on_overflow: true });
    const outcomes = numbers(4).map((n) => delivery.consume([n]));
    assert.equal(account.queued, 1);
    open();
    assert.deepEqual(await Promise.all(outcomes), [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]);
    assert.deepEqual(sender.sent.flat(), numbers(4));
  });

  it('merges and cuts, and settles each caller when all of its items are', async () => {
    const batch = { min_size: 4, max_size: 4, flush_timeout: '5ms' };
    const { delivery, sender, account } = setUp((b) => (b.includes(6) ? BAD : SENT), { batch });
    const outcomes = [delivery.consume([1, 2]), delivery.consume([3, 4, 5, 6]), delivery.consume([7])];
    assert.deepEqual(await Promise.all(outcomes), [ACCEPTED, ACCEPTED, ACCEPTED]);
    assert.deepEqual(sender.sent, [
      [1, 2, 3, 4],
      [5, 6, 7],
    ]);
    assert.deepEqual(book(account), { taken: 7, delivered: 4, queued: 0, dropped: { invalid_argument: 3 } });
  });
});

describe('shutdown', () => {
  it('is safe when nothing was ever taken', async () => {
    await setUp(() => SENT).delivery.shutdown(NEVER);
    await setUp(() => SENT, { enabled: false }).delivery.shutdown(AbortSignal.abort());
  });

  it('drains what waits, also what waits to be merged', async () => {
    const { delivery, account } = setUp(() => SENT, { batch: { flush_timeout: '1h' } });
    const outcome = delivery.consume(numbers(3));
    await delivery.shutdown(NEVER);
    assert.equal(await outcome, ACCEPTED);
    assert.deepEqual(book(account), { taken: 3, delivered: 3, queued: 0, dropped: {} });
  });

  it('refuses what comes after it', async () => {
    const { delivery } = setUp(() => SENT);
    await delivery.shutdown(NEVER);
    assert.deepEqual(await delivery.consume([1]), retryLater('the sending queue is shut down'));
  });

  for (const [title, queue] of [
    ['with a queue', { num_consumers: 1 }],
    ['with callers that wait for room', { num_consumers: 1, queue_size: 2, block_on_overflow: true }],
    ['without a queue', { enabled: false }],
  ] as const) {
    it(`gives back the rest at the deadline, ${title}`, async () => {
      const { delivery, account } = setUp((_, __, signal) => untilAborted(signal), queue, {});
      const outcomes = numbers(3).map((n) => delivery.consume([n]));
      const deadline = new AbortController();
      const done = delivery.shutdown(deadline.signal);
      assert.equal(await isSettled(done), false);
      deadline.abort();
      await done;
      for (const outcome of await Promise.all(outcomes))
        assert.ok(outcome.kind === 'refused' && outcome.retryable);
      const { taken, dropped } = book(account);
      assert.deepEqual([taken, dropped], [account.returned, {}]);
    });
  }

  it('drops what was accepted before it was sent', async () => {
    const { delivery, account } = setUp(
      (_, __, signal) => untilAborted(signal),
      { wait_for_result: false },
      {},
    );
    assert.equal(await delivery.consume(numbers(2)), ACCEPTED);
    await delivery.shutdown(AbortSignal.abort());
    assert.deepEqual(book(account), { taken: 2, delivered: 0, queued: 0, dropped: { shutdown: 2 } });
  });

  it('gives back the whole of a batch of which it has sent a part', async () => {
    const { delivery, account } = setUp(
      (_, attempt, signal) => (attempt === 1 ? SENT : untilAborted(signal)),
      { num_consumers: 1, batch: { flush_timeout: '1ms', min_size: 2, max_size: 2 } },
      {},
    );
    const outcome = delivery.consume(numbers(6));
    while (account.delivered === 0) await new Promise(setImmediate);
    await delivery.shutdown(AbortSignal.abort());
    assert.equal((await outcome).kind, 'refused');
    assert.deepEqual(book(account), { taken: 6, delivered: 2, queued: 0, dropped: {} });
    assert.equal(account.returned, 4);
  });

  it('interrupts retries at the deadline', async () => {
    const { delivery, account } = setUp(() => DOWN, {}, { initial_interval: '1m' });
    const outcome = delivery.consume(numbers(2));
    await delivery.shutdown(AbortSignal.timeout(5));
    assert.equal((await outcome).kind, 'refused');
    assert.deepEqual(book(account), { taken: 2, delivered: 0, queued: 0, dropped: {} });
  });
});

describe('status', () => {
  const reasons = ({ status }: Account) => status.now().reasons;

  it('says that delivery fails, until it works again', async () => {
    const { answer, open } = gate();
    const { delivery, account } = setUp(
      (_, n) => (n === 1 ? DOWN : answer()),
      {},
      { initial_interval: '1ms', randomization_factor: 0 },
    );
    account.status.enter('ok');
    assert.deepEqual(reasons(account), []);
    const outcome = delivery.consume([1]);
    while (reasons(account).length === 0) await new Promise(setImmediate);
    assert.deepEqual(reasons(account), ['delivery fails: down']);
    open();
    await outcome;
    assert.deepEqual(reasons(account), []);
  });

  it('says that records are given up, until some are taken', async () => {
    const { delivery, account } = setUp((batch) => (batch.includes(1) ? BAD : SENT));
    account.status.enter('ok');
    await delivery.consume([1]);
    assert.deepEqual(reasons(account), ['records were dropped: bad']);
    await delivery.consume([2]);
    assert.deepEqual(reasons(account), []);
  });

  it('shows the queue, and says when it is full', async () => {
    const { answer, open } = gate();
    const { delivery, account } = setUp(answer, { queue_size: 2 });
    account.status.enter('ok');
    const outcomes = [delivery.consume([1]), delivery.consume([2])];
    assert.deepEqual(account.status.shown('queue'), [{ used: 2, size: 2, sizer: 'requests', onDisk: false }]);
    assert.deepEqual(reasons(account), ['the sending queue is full']);
    open();
    await Promise.all(outcomes);
    assert.deepEqual(reasons(account), []);
  });
});

describe('diagnostics', () => {
  it('says once that delivery fails, and that it works again', async () => {
    const { delivery, warnings } = setUp(
      (_, n) => (n < 4 ? DOWN : SENT),
      {},
      { initial_interval: '1ms', randomization_factor: 0 },
    );
    await delivery.consume([1]);
    assert.deepEqual(
      warnings.map(([message]) => message),
      ['delivery fails, will be retried', 'delivery works again'],
    );
    assert.deepEqual(warnings[0]?.[1], { reason: 'down', attempts: 1, retry_in_ms: 1 });
  });

  it('says once per cause that records are dropped', async () => {
    const { delivery, warnings, account } = setUp(() => BAD);
    for (const n of numbers(5)) await delivery.consume([n]);
    assert.equal(total(account.dropped), 5);
    assert.deepEqual(warnings, [
      ['records were dropped', { cause: 'invalid_argument', count: 1, reason: 'bad' }],
    ]);
  });
});
