import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { NEVER, numbers, ScriptedSender } from '../../test/support/senders.ts';
import { SENT, type SendResult } from './sender.ts';
import { withSplit } from './split.ts';

const TOO_LARGE: SendResult = { kind: 'too_large', reason: 'larger than max' };
const DOWN: SendResult = { kind: 'retryable', reason: 'down' };
const BAD: SendResult = { kind: 'permanent', cause: 'invalid_argument', reason: 'bad' };
const sum = (batch: readonly number[]) => batch.reduce((a, b) => a + b, 0);
const upTo = (limit: number) =>
  new ScriptedSender<number>((batch) => (sum(batch) > limit ? TOO_LARGE : SENT));

for (const [title, answer, expected, sent] of [
  ['what fits goes at once', () => SENT, SENT, '1234'],
  ['a failure of the whole is passed on', () => DOWN, DOWN, '1234'],
  ['halves, in order', (b: readonly number[]) => (b.length > 2 ? TOO_LARGE : SENT), SENT, '1234 12 34'],
  [
    'down to single items, which are dropped',
    (b: readonly number[]) => (b.includes(3) ? TOO_LARGE : SENT),
    { kind: 'ok', drops: [{ cause: 'too_large', count: 1, reason: 'larger than max' }] },
    '1234 12 34 3 4',
  ],
  [
    'nothing taken yet: the whole can be offered again',
    (b: readonly number[]) => (b.length > 2 ? TOO_LARGE : DOWN),
    DOWN,
    '1234 12',
  ],
  [
    'something taken: a part that fails is dropped, so that nothing is sent twice',
    (b: readonly number[]) => (b.length > 2 ? TOO_LARGE : b.includes(1) ? SENT : DOWN),
    { kind: 'ok', drops: [{ cause: 'send_failed', count: 2, reason: 'down' }] },
    '1234 12 34',
  ],
  [
    'a part that is refused for good is dropped alone',
    (b: readonly number[]) => (b.length > 2 ? TOO_LARGE : b.includes(1) ? BAD : SENT),
    { kind: 'ok', drops: [{ cause: 'invalid_argument', count: 2, reason: 'bad' }] },
    '1234 12 34',
  ],
  [
    'what the peer rejects of a part is kept',
    (b: readonly number[]) =>
      b.length > 2
        ? TOO_LARGE
        : { kind: 'ok', drops: [{ cause: 'rejected_by_peer', count: 1, reason: 'old' }] },
    {
      kind: 'ok',
      drops: [
        { cause: 'rejected_by_peer', count: 1, reason: 'old' },
        { cause: 'rejected_by_peer', count: 1, reason: 'old' },
      ],
    },
    '1234 12 34',
  ],
] as const satisfies readonly (readonly [
  string,
  (b: readonly number[]) => SendResult,
  SendResult,
  string,
])[]) {
  test(title, async () => {
    const sender = new ScriptedSender<number>(answer);
    assert.deepEqual(await withSplit(sender).send(numbers(4), NEVER), expected);
    assert.equal(sender.sent.map((batch) => batch.join('')).join(' '), sent);
  });
}

test('an estimate spares attempts that are too large', async () => {
  const sender = upTo(100);
  const batch = Array.from({ length: 10 }, () => 30);
  assert.deepEqual(await withSplit(sender, { limit: () => 100, estimate: sum }).send(batch, NEVER), SENT);
  assert.deepEqual(
    sender.sent.map((part) => part.length),
    [3, 3, 3, 1],
  );
});

test('every item is sent once or dropped, in order, whatever the limit', async () => {
  const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });
  const estimates = fc.constantFrom(
    undefined,
    () => 0,
    sum,
    (batch: readonly number[]) => 5 * sum(batch),
  );
  await fc.assert(
    fc.asyncProperty(weights, fc.integer({ min: 1, max: 200 }), estimates, async (batch, limit, estimate) => {
      const sender = upTo(limit);
      const result = await withSplit(sender, estimate && { limit: () => limit, estimate }).send(batch, NEVER);
      const dropped =
        result.kind === 'ok' ? result.drops.reduce((a, { count }) => a + count, 0) : batch.length;
      assert.equal(dropped, batch.filter((weight) => weight > limit).length);
      assert.deepEqual(
        sender.sent.filter((part) => sum(part) <= limit).flat(),
        batch.filter((weight) => weight <= limit),
      );
    }),
  );
});
