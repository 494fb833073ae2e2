import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sampler } from './sampling.ts';

const OPTIONS = { enabled: true, tick: 10_000, initial: 2, thereafter: 3 };

/** What becomes of entries at these times: `+` through, `+n` through after n were left out, `.` left out. */
function run(sampler: Sampler, times: readonly number[]): string {
  const marks = times.map((time) => {
    const sample = sampler.take('a', time);
    return sample.kind === 'left_out' ? '.' : sample.leftOut === 0 ? '+' : `+${sample.leftOut}`;
  });
  return marks.join(' ');
}

const cases: readonly [
  title: string,
  changes: Partial<typeof OPTIONS>,
  times: readonly number[],
  marks: string,
][] = [
  ['the first two in a tick, then every third', {}, [0, 1, 2, 3, 4, 5, 6, 7], '+ + . . +2 . . +2'],
  ['a new tick begins anew', {}, [0, 1, 2, 10_000, 10_001, 10_002], '+ + . +1 + .'],
  ['no others when thereafter is 0', { thereafter: 0 }, [0, 1, 2, 3, 4, 10_001], '+ + . . . +3'],
  ['all when it is off', { enabled: false }, [0, 1, 2, 3], '+ + + +'],
];

for (const [title, changes, times, marks] of cases) {
  test(`sampling: ${title}`, () => assert.equal(run(new Sampler({ ...OPTIONS, ...changes }), times), marks));
}

test('sampling: messages are counted apart', () => {
  const sampler = new Sampler(OPTIONS);
  assert.equal(run(sampler, [0, 0, 0]), '+ + .');
  assert.deepEqual(sampler.take('b', 0), { kind: 'through', leftOut: 0 });
});

test('sampling: beyond a thousand messages the oldest is forgotten', () => {
  const sampler = new Sampler({ ...OPTIONS, initial: 1 });
  sampler.take('first', 0);
  for (let i = 0; i < 1000; i++) sampler.take(`other ${i}`, 0);
  assert.equal(sampler.take('first', 0).kind, 'through');
  assert.equal(sampler.take('other 999', 0).kind, 'left_out');
});
