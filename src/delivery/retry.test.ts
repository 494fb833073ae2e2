import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER, ScriptedSender } from '../../test/support/senders.ts';
import { type RetryConfig, withRetry } from './retry.ts';
import { SENT, type SendResult, SHUT_DOWN } from './sender.ts';

const CONFIG: RetryConfig = {
  enabled: true,
  initial_interval: 100,
  randomization_factor: 0.5,
  multiplier: 2,
  max_interval: 300,
  max_elapsed_time: 1000,
};
const FAILED: SendResult = { kind: 'retryable', reason: 'down' };

interface Case {
  readonly title: string;
  readonly config?: Partial<RetryConfig>;
  /** Answers of the peer in order; the last one repeats. */
  readonly answers: readonly SendResult[];
  /** What Math.random says. */
  readonly random?: number;
  readonly result: SendResult;
  readonly waits: readonly number[];
}

const CASES: readonly Case[] = [
  { title: 'success needs no repetition', answers: [SENT], result: SENT, waits: [] },
  {
    title: 'waits grow up to max_interval',
    answers: [FAILED, FAILED, FAILED, FAILED, SENT],
    result: SENT,
    waits: [100, 200, 300, 300],
  },
  { title: 'waits are spread downwards', answers: [FAILED, SENT], random: 0, result: SENT, waits: [50] },
  { title: 'waits are spread upwards', answers: [FAILED, SENT], random: 1, result: SENT, waits: [150] },
  {
    title: 'the last attempt is made when the time is over, then it gives up',
    answers: [FAILED],
    result: { kind: 'permanent', cause: 'retries_exhausted', reason: 'down' },
    waits: [100, 200, 300, 300, 100],
  },
  {
    title: 'the peer may ask for more patience',
    answers: [{ ...FAILED, retryAfterMs: 700 }, FAILED, SENT],
    result: SENT,
    waits: [700, 200],
  },
  {
    title: 'but not for more than there is',
    answers: [{ ...FAILED, retryAfterMs: 1e12 }, SENT],
    result: SENT,
    waits: [1000],
  },
  {
    title: 'without an end it waits an hour at most',
    config: { max_elapsed_time: 0 },
    answers: [{ ...FAILED, retryAfterMs: 1e12 }, SENT],
    result: SENT,
    waits: [3_600_000],
  },
  {
    title: 'a permanent failure is not repeated',
    answers: [{ kind: 'permanent', cause: 'invalid_argument', reason: 'bad' }],
    result: { kind: 'permanent', cause: 'invalid_argument', reason: 'bad' },
    waits: [],
  },
  {
    title: 'too large is not repeated',
    answers: [{ kind: 'too_large', reason: 'big' }],
    result: { kind: 'too_large', reason: 'big' },
    waits: [],
  },
  { title: 'switched off', config: { enabled: false }, answers: [FAILED], result: FAILED, waits: [] },
];

for (const { title, config, answers, random = 0.5, result, waits } of CASES) {
  test(title, async () => {
    let clock = 5000;
    const waited: number[] = [];
    const sender = new ScriptedSender<number>(
      (_, attempt) => answers[Math.min(attempt, answers.length) - 1] ?? SENT,
    );
    const retrying = withRetry(
      sender,
      { ...CONFIG, ...config },
      {
        now: () => clock,
        random: () => random,
        wait: async (ms) => {
          waited.push(ms);
          clock += ms;
        },
      },
    );
    assert.deepEqual(await retrying.send([1], NEVER), result);
    assert.deepEqual(waited, waits);
    assert.equal(sender.sent.length, waits.length + 1);
  });
}

test('a shutdown ends the wait', async () => {
  const stop = new AbortController();
  const sender = new ScriptedSender<number>(() => FAILED);
  const reasons: string[] = [];
  const onRetry = (reason: string) => {
    reasons.push(reason);
    setImmediate(() => stop.abort());
  };
  const retrying = withRetry(
    sender,
    { ...CONFIG, initial_interval: 60_000, max_elapsed_time: 0 },
    { onRetry },
  );
  assert.deepEqual(await retrying.send([1], stop.signal), SHUT_DOWN);
  assert.deepEqual(reasons, ['down']);
  assert.deepEqual(await retrying.send([1], stop.signal), SHUT_DOWN);
});
