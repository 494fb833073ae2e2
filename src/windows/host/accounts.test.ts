import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AccountName } from '../../etw/accounts.ts';
import type { Called } from '../sessions/control.ts';
import { Accounts } from './accounts.ts';

const ALICE = 'S-1-5-21-1-2-3-1001';
const alice: AccountName = { name: 'alice', domain: 'SHOP' };
const minutes = (n: number): number => n * 60_000;

function bench(answers: Record<string, Called<AccountName> | Error>) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const clock = { now: 0 };
  const accounts = new Accounts({
    lookUp(sid) {
      asked.push(sid);
      const answer = answers[sid] ?? none;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    now: () => clock.now,
    wait: (milliseconds) => Promise.resolve(pauses.push(milliseconds)),
  });
  /** What is known at once, and then. */
  const ask = async (sid: string): Promise<(string | undefined)[]> => {
    const first = accounts.account(sid)?.name;
    await nextTurn();
    return [first, accounts.account(sid)?.name];
  };
  return { accounts, asked, pauses, clock, ask, answers };
}

const failed = (code: number): Called<never> => ({
  kind: 'failed',
  error: { code, name: String(code), message: 'no', advice: undefined },
});
const none = failed(1332);

test('an account is known after it was looked up, once', async () => {
  const { ask, asked } = bench({ [ALICE]: { kind: 'ok', value: alice } });
  assert.deepEqual(await ask(ALICE), [undefined, 'alice']);
  assert.deepEqual(await ask(ALICE), ['alice', 'alice']);
  assert.deepEqual(asked, [ALICE]);
});

test('accounts that are the same everywhere, and what is no SID, are not looked up', async () => {
  const { ask, asked } = bench({});
  assert.deepEqual(await ask('S-1-5-18'), ['SYSTEM', 'SYSTEM']);
  for (const sid of ['', 'alice', 'S-1-5', `S-1-5${'-1'.repeat(16)}`]) await ask(sid);
  assert.deepEqual(asked, []);
});

test('a renamed account is known by its old name until it was looked up again', async () => {
  const { ask, clock, answers } = bench({ [ALICE]: { kind: 'ok', value: alice } });
  await ask(ALICE);
  answers[ALICE] = { kind: 'ok', value: { ...alice, name: 'alicia' } };
  clock.now += minutes(61);
  assert.deepEqual(await ask(ALICE), ['alice', 'alicia']);
});

for (const { title, answer } of [
  { title: 'an account that nobody knows', answer: none },
  { title: 'a call that throws', answer: new Error('no') },
]) {
  test(`${title} is asked about again after 1, 2, 4 minutes, at last every hour`, async () => {
    const { ask, asked, clock, pauses } = bench({ [ALICE]: answer });
    for (const [i, after] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
      await ask(ALICE);
      assert.equal(asked.length, i + 1);
      clock.now += minutes(after) - 1;
      await ask(ALICE);
      assert.equal(asked.length, i + 1);
      clock.now += 1;
    }
    assert.deepEqual(new Set(pauses), new Set([250]));
  });
}

test('a failure leaves what was known', async () => {
  const { ask, clock, answers } = bench({ [ALICE]: { kind: 'ok', value: alice } });
  await ask(ALICE);
  answers[ALICE] = failed(1722);
  clock.now += minutes(61);
  assert.deepEqual(await ask(ALICE), ['alice', 'alice']);
});

test('SIDs that somebody makes up do not pile up', async () => {
  const { accounts, asked } = bench({});
  for (let i = 0; i < 1000; i++) accounts.account(`S-1-5-21-9-9-9-${i}`);
  for (let i = 0; i < 600; i++) await nextTurn();
  assert.equal(asked.length, 256);
});

test('after close nothing is looked up', async () => {
  const { accounts, asked } = bench({});
  accounts.close();
  accounts.account(ALICE);
  await nextTurn();
  assert.deepEqual(asked, []);
});
