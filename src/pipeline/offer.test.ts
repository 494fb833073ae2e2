import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecords, span } from '../../test/support/log_records.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../model/outcome.ts';
import { Account } from '../telemetry/ledger.ts';
import { offer, offerTraces } from './offer.ts';

const AT_ONCE = { initialMs: 0, maxMs: 0 };
const full = retryLater('full');
const tooLarge = refusedForGood('too large');

const cases: readonly [
  title: string,
  answers: readonly Outcome[],
  outcome: Outcome,
  dropped: [string, number][],
][] = [
  ['taken at once', [ACCEPTED], ACCEPTED, []],
  ['taken at the third time', [full, full, ACCEPTED], ACCEPTED, []],
  ['refused for good', [tooLarge], tooLarge, [['refused', 2]]],
  ['refused for now, then for good', [full, tooLarge], tooLarge, [['refused', 2]]],
];

for (const [title, answers, outcome, dropped] of cases) {
  test(`offer: ${title}`, async () => {
    const account = new Account('source', 'receiver');
    const left = [...answers];
    const next = { consumeLogs: async () => left.shift() ?? assert.fail('offered too often') };
    const signal = new AbortController().signal;
    const held: string[] = [];
    const waiting = { hold: () => held.push('hold'), release: () => held.push('release') };
    assert.equal(await offer(next, logRecords(2), account, { signal, backOff: AT_ONCE, waiting }), outcome);
    assert.deepEqual([left.length, [...account.dropped]], [0, dropped]);
    assert.deepEqual(held, answers[0] === full ? ['hold', 'release'] : []);
  });
}

test('offer: at the end of its time the batch is offered once more, then dropped', async () => {
  const account = new Account('source', 'receiver');
  const ending = new AbortController();
  let offered = 0;
  const consumeLogs = async () => {
    if (++offered === 2) ending.abort();
    return full;
  };
  const outcome = await offer({ consumeLogs }, logRecords(3), account, {
    signal: ending.signal,
    backOff: AT_ONCE,
  });
  assert.deepEqual([outcome, offered, [...account.dropped]], [full, 2, [['shutdown', 3]]]);
});

test('offer: an abort ends a wait', async () => {
  const account = new Account('source', 'receiver');
  const ending = new AbortController();
  const hours = { initialMs: 3_600_000, maxMs: 3_600_000 };
  const offered = offer({ consumeLogs: async () => full }, logRecords(1), account, {
    signal: ending.signal,
    backOff: hours,
  });
  setImmediate(() => ending.abort());
  assert.equal(await offered, full);
});

test('offerTraces: the same for spans', async () => {
  const account = new Account('source', 'receiver');
  const left = [full, ACCEPTED];
  const next = { consumeTraces: async () => left.shift() ?? assert.fail('offered too often') };
  const { signal } = new AbortController();
  assert.equal(await offerTraces(next, [span('a')], account, { signal, backOff: AT_ONCE }), ACCEPTED);
});
