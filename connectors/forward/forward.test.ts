import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../../src/model/outcome.ts';
import type { Span } from '../../src/model/span.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { forwardLogs, forwardTraces } from './forward.ts';

const outcomes: readonly [name: string, outcome: Outcome, counted: number][] = [
  ['accepted', ACCEPTED, 2],
  ['refused for now', retryLater('full'), 0],
  ['refused for good', refusedForGood('too large'), 0],
];

for (const [name, outcome, counted] of outcomes) {
  test(`forward hands the very batch on and its outcome back: ${name}`, async () => {
    const logs = [{}, {}] as LogRecord[];
    const spans = [{}, {}] as Span[];
    const seen: unknown[] = [];
    const next = {
      consumeLogs: async (batch: unknown) => (seen.push(batch), outcome),
      consumeTraces: async (batch: unknown) => (seen.push(batch), outcome),
    };
    const account = new Account('forward', 'connector');

    assert.equal(await forwardLogs(account, next).consumeLogs(logs), outcome);
    assert.equal(await forwardTraces(account, next).consumeTraces(spans), outcome);

    assert.equal(seen[0], logs);
    assert.equal(seen[1], spans);
    assert.deepEqual([account.taken, account.emitted, account.imbalance()], [2 * counted, 2 * counted, 0]);
  });
}
