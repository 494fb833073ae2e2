import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACCEPTED, type Outcome, refusedForGood, retryLater } from '../model/outcome.ts';
import { Account } from '../telemetry/ledger.ts';
import { SILENT } from '../telemetry/logger.ts';
import { type Branch, fanOut } from './fan_out.ts';

const BATCH = ['a', 'b'] as const;
const AT_ONCE = { initialMs: 0, maxMs: 0 };

/** A branch that answers by a script (then accepts), and what it got. */
class Scripted {
  readonly account: Account;
  accepted = 0;
  offered = 0;
  readonly #answers: string[];
  readonly #name: string;

  /** `f`: full for now, `x`: refused for good, anything else: accepted. */
  constructor(answers: string, name = answers) {
    this.#answers = Array.from(answers);
    this.#name = name;
    this.account = new Account(name, 'processor');
  }

  get branch(): Branch<readonly string[]> {
    return { name: this.#name, consume: async () => this.#answer(), account: () => this.account };
  }

  #answer(): Outcome {
    this.offered++;
    const answer = this.#answers.shift();
    if (answer === 'f') return retryLater('full');
    if (answer === 'x') return refusedForGood('too large');
    this.accepted++;
    return ACCEPTED;
  }
}

function fan(branches: readonly Scripted[], deadline = new AbortController().signal) {
  const options = { deadline, logger: SILENT, backOff: AT_ONCE };
  return fanOut(
    branches.map(({ branch }) => branch),
    options,
  );
}

const cases: readonly [
  title: string,
  scripts: readonly string[],
  kind: string,
  offered: number[],
  dropped: number[],
][] = [
  ['one branch is itself', ['f'], 'retryable', [1], [0]],
  ['all accept', ['', ''], 'accepted', [1, 1], [0, 0]],
  ['all full: nothing is taken, the caller repeats', ['f', 'f'], 'retryable', [1, 1], [0, 0]],
  ['all refuse for good: the caller counts it', ['x', 'x'], 'final', [1, 1], [0, 0]],
  ['one is full: offered again to it alone', ['', 'ff'], 'accepted', [1, 3], [0, 0]],
  ['one refuses for good: dropped there alone', ['', 'x'], 'accepted', [1, 1], [0, 2]],
  ['one is full, then refuses for good', ['', 'fx'], 'accepted', [1, 2], [0, 2]],
  ['one refuses for good, the other is full', ['x', 'f'], 'accepted', [1, 2], [2, 0]],
];

for (const [title, scripts, kind, offered, dropped] of cases) {
  test(`fan-out: ${title}`, async () => {
    const branches = scripts.map((script, i) => new Scripted(script, String(i)));
    const outcome = await fan(branches)(BATCH);
    assert.equal(outcome.kind === 'accepted' ? 'accepted' : outcome.retryable ? 'retryable' : 'final', kind);
    assert.deepEqual(
      branches.map((branch) => branch.offered),
      offered,
    );
    assert.deepEqual(
      branches.map(({ account }) => account.taken),
      dropped,
    );
    for (const { account } of branches) assert.equal(account.imbalance(), 0);
  });
}

test('fan-out: after the deadline a branch that is still full loses the batch, and only it', async () => {
  const deadline = new AbortController();
  const [good, full] = [new Scripted('', 'good'), new Scripted('f'.repeat(1000), 'full')];
  setImmediate(() => deadline.abort());
  assert.deepEqual(await fan([good, full], deadline.signal)(BATCH), ACCEPTED);
  assert.deepEqual([good.accepted, full.accepted, [...full.account.dropped]], [1, 0, [['shutdown', 2]]]);
});

test('fan-out: the reasons of all who refused are handed up', async () => {
  const outcome = await fan([new Scripted('f', 'a'), new Scripted('f', 'b')])(BATCH);
  assert.deepEqual(outcome, retryLater('a: full; b: full'));
});

test('fan-out: repeated from above as often as it takes, no branch gets a batch twice and none loses it silently', async () => {
  const script = fc.string({ unit: fc.constantFrom('f', 'f', 'x', 'a'), maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 4 }), async (scripts) => {
      const branches = scripts.map((answers) => new Scripted(answers));
      const consume = fan(branches);
      let outcome = await consume(BATCH);
      while (outcome.kind === 'refused' && outcome.retryable) outcome = await consume(BATCH);
      for (const { accepted, account } of branches) {
        const settled = accepted + account.taken / BATCH.length;
        assert.equal(settled, outcome.kind === 'accepted' ? 1 : 0);
      }
    }),
    { numRuns: 300 },
  );
});
