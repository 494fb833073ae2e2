import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { z } from 'zod';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { BatchProcessor } from './batch.ts';
import { batchConfig } from './config.ts';

const AT_ONCE = { initialMs: 0, maxMs: 0 };
const never = new AbortController().signal;

/** A processor of numbers, and what it handed on; `answer` decides on each batch. */
function setUp(
  config: z.input<typeof batchConfig>,
  answer: (items: readonly number[]) => Promise<Outcome> | Outcome = () => ACCEPTED,
) {
  const account = new Account('batch', 'processor');
  const sent: (readonly number[])[] = [];
  const next = async (items: readonly number[]) => {
    sent.push(items);
    return answer(items);
  };
  const batch = new BatchProcessor<number>(
    { account, logger: SILENT },
    batchConfig.parse(config),
    next,
    AT_ONCE,
  );
  return { batch, account, sent };
}
const items = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function fakeTimers(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setTimeout'] });
}

test('batches are joined until there are enough', async (t) => {
  fakeTimers(t);
  const { batch, account, sent } = setUp({ send_batch_size: 5 });
  const outcomes = [batch.consume([1, 2]), batch.consume([3, 4])];
  await turn();
  assert.deepEqual(sent, []);
  outcomes.push(batch.consume([5, 6]));
  assert.deepEqual(await Promise.all(outcomes), [ACCEPTED, ACCEPTED, ACCEPTED]);
  assert.deepEqual(sent, [[1, 2, 3, 4, 5, 6]]);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [6, 6, 0]);
});

test('the timeout of the oldest sends what there is', async (t) => {
  fakeTimers(t);
  const { batch, sent } = setUp({ timeout: '200ms' });
  const first = batch.consume([1]);
  t.mock.timers.tick(150);
  const second = batch.consume([2]);
  t.mock.timers.tick(49);
  assert.deepEqual(sent, []);
  t.mock.timers.tick(1);
  await Promise.all([first, second]);
  assert.deepEqual(sent, [[1, 2]]);
  const third = batch.consume([3]);
  t.mock.timers.tick(199);
  assert.equal(sent.length, 1);
  t.mock.timers.tick(1);
  await third;
  assert.deepEqual(sent, [[1, 2], [3]]);
});

for (const config of [{ timeout: '0s' }, { send_batch_size: 0 }]) {
  test(`${JSON.stringify(config)} sends at once`, async () => {
    const { batch, sent } = setUp(config);
    await batch.consume([1]);
    await batch.consume([2]);
    assert.deepEqual(sent, [[1], [2]]);
  });
}

test('a single batch that is large enough goes on as it is', async () => {
  const { batch, sent } = setUp({ send_batch_size: 2 });
  const whole = [1, 2, 3];
  await batch.consume(whole);
  assert.equal(sent[0], whole);
});

test('an empty batch is accepted and nothing is sent', async () => {
  const { batch, sent } = setUp({ timeout: '0s' });
  assert.equal(await batch.consume([]), ACCEPTED);
  assert.deepEqual(sent, []);
});

test('promises stay open until the next component has answered', async () => {
  let answer: (outcome: Outcome) => void = () => {};
  const { batch } = setUp({ send_batch_size: 2 }, () => new Promise((resolve) => (answer = resolve)));
  const settled: number[] = [];
  const outcomes = [
    batch.consume([1]).finally(() => settled.push(1)),
    batch.consume([2]).finally(() => settled.push(2)),
  ];
  await turn();
  assert.deepEqual(settled, []);
  answer(ACCEPTED);
  await Promise.all(outcomes);
  assert.deepEqual(settled, [1, 2]);
});

test('batches do not wait for one another', async () => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const { batch, sent } = setUp(
    { send_batch_size: 1 },
    () => new Promise((resolve) => answers.push(resolve)),
  );
  const outcomes = [batch.consume([1]), batch.consume([2])];
  await turn();
  assert.deepEqual(sent, [[1], [2]]);
  answers[1]?.(ACCEPTED);
  assert.equal(await outcomes[1], ACCEPTED);
  answers[0]?.(ACCEPTED);
  assert.equal(await outcomes[0], ACCEPTED);
});

for (const refusal of [retryLater('full'), refusedForGood('no')]) {
  test(`a refusal goes back to all whose records were in the batch: ${JSON.stringify(refusal)}`, async () => {
    const { batch, account } = setUp({ send_batch_size: 2 }, (batchItems) =>
      batchItems.includes(1) ? refusal : ACCEPTED,
    );
    const refused = [batch.consume([1]), batch.consume([2])];
    const accepted = [batch.consume([3]), batch.consume([4])];
    assert.deepEqual(await Promise.all(refused), [refusal, refusal]);
    assert.deepEqual(await Promise.all(accepted), [ACCEPTED, ACCEPTED]);
    assert.deepEqual([account.taken, account.emitted, account.imbalance()], [2, 2, 0]);
  });
}

const cuts: readonly [title: string, batches: readonly (readonly number[])[], sent: readonly number[][]][] = [
  ['between callers', [items(0, 3), items(3, 5), items(5, 10)], [items(0, 3).concat([3, 4]), items(5, 10)]],
  ['before it gets too large', [items(0, 4), items(4, 7)], [items(0, 4), items(4, 7)]],
  ['one that is larger by itself', [items(0, 12)], [items(0, 5), items(5, 10), items(10, 12)]],
];
for (const [title, batches, expected] of cuts) {
  test(`send_batch_max_size cuts ${title}`, async () => {
    const { batch, sent, account } = setUp({ send_batch_size: 5, send_batch_max_size: 5 });
    const outcomes = batches.map((one) => batch.consume(one));
    await batch.shutdown(never);
    assert.deepEqual(
      await Promise.all(outcomes),
      batches.map(() => ACCEPTED),
    );
    assert.deepEqual(sent, expected);
    assert.equal(account.imbalance(), 0);
  });
}

test('a split batch whose first part is refused is refused: nothing of it was taken', async () => {
  const { batch, sent } = setUp({ send_batch_size: 2, send_batch_max_size: 2 }, () => retryLater('full'));
  assert.deepEqual(await batch.consume(items(0, 6)), retryLater('full'));
  assert.deepEqual(sent, [[0, 1]]);
});

test('a split batch whose later part is refused for now is offered on, and nothing twice', async () => {
  let refusals = 3;
  const { batch, account, sent } = setUp({ send_batch_size: 2, send_batch_max_size: 2 }, (part) =>
    part.includes(2) && refusals-- > 0 ? retryLater('full') : ACCEPTED,
  );
  assert.equal(await batch.consume(items(0, 6)), ACCEPTED);
  assert.deepEqual(sent, [
    [0, 1],
    [2, 3],
    [2, 3],
    [2, 3],
    [2, 3],
    [4, 5],
  ]);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [6, 6, 0]);
});

test('a later part that is refused for good is dropped and counted', async () => {
  const { batch, account } = setUp({ send_batch_size: 2, send_batch_max_size: 2 }, (part) =>
    part.includes(2) ? refusedForGood('no') : ACCEPTED,
  );
  assert.equal(await batch.consume(items(0, 6)), ACCEPTED);
  assert.deepEqual([account.taken, account.emitted, account.imbalance()], [6, 4, 0]);
  assert.deepEqual([...account.dropped], [['refused', 2]]);
});

test('shutdown sends what waits', async (t) => {
  fakeTimers(t);
  const { batch, sent } = setUp({});
  const outcome = batch.consume([1]);
  await batch.shutdown(never);
  assert.equal(await outcome, ACCEPTED);
  assert.deepEqual(sent, [[1]]);
});

test('shutdown without start, and with nothing held, resolves', () =>
  setUp({}).batch.shutdown(AbortSignal.abort()));

test('at the deadline shutdown resolves and drops the rest of a split batch', async () => {
  const { batch, account } = setUp({ send_batch_size: 2, send_batch_max_size: 2 }, (part) =>
    part.includes(2) ? retryLater('full') : ACCEPTED,
  );
  const deadline = new AbortController();
  const outcome = batch.consume(items(0, 4));
  await turn();
  const down = batch.shutdown(deadline.signal);
  deadline.abort();
  await down;
  assert.equal(await outcome, ACCEPTED);
  assert.deepEqual([...account.dropped], [['shutdown', 2]]);
  assert.equal(account.imbalance(), 0);
});

test('what it holds is bounded; one batch always finds room', async () => {
  const answers: ((outcome: Outcome) => void)[] = [];
  const { batch } = setUp({ send_batch_size: 1 }, () => new Promise((resolve) => answers.push(resolve)));
  const large = batch.consume(new Array<number>(200_000).fill(0));
  const refused = await batch.consume([1]);
  assert.ok(refused.kind === 'refused' && refused.retryable);
  answers[0]?.(ACCEPTED);
  assert.equal(await large, ACCEPTED);
  const later = batch.consume([1]);
  answers[1]?.(ACCEPTED);
  assert.equal(await later, ACCEPTED);
});

test('every record arrives once, in batches within the limit, and the account adds up', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      sizes,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 10 }),
      async (lengths, size, more) => {
        const { batch, account, sent } = setUp({ send_batch_size: size, send_batch_max_size: size + more });
        let from = 0;
        const outcomes = lengths.map((length) => batch.consume(items(from, (from += length))));
        await batch.shutdown(never);
        assert.ok((await Promise.all(outcomes)).every((outcome) => outcome === ACCEPTED));
        assert.ok(sent.every((one) => one.length <= size + more));
        assert.deepEqual(
          sent.flat().toSorted((a, b) => a - b),
          items(0, from),
        );
        assert.deepEqual([account.taken, account.emitted, account.imbalance()], [from, from, 0]);
      },
    ),
  );
});

const wrong: readonly [title: string, config: unknown][] = [
  ['a limit below the size', { send_batch_size: 10, send_batch_max_size: 9 }],
  ['a limit below the default size', { send_batch_max_size: 100 }],
  ['a timeout without a unit', { timeout: 200 }],
  ['a negative size', { send_batch_size: -1 }],
  ['an unknown key', { metadata_keys: [] }],
];
for (const [title, config] of wrong) {
  test(`config: ${title} is an error`, () => assert.equal(batchConfig.safeParse(config).success, false));
}

test('config: the defaults are the Collector’s', () => {
  assert.deepEqual(batchConfig.parse({}), { timeout: 200, send_batch_size: 8192, send_batch_max_size: 0 });
});

test('testdata/config.yaml is valid', () => {
  const configs = parse(readFileSync(new URL('testdata/config.yaml', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;
  for (const config of Object.values(configs)) batchConfig.parse(config ?? {});
});
