import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rates } from './rates.ts';

test('a rate is over the last five seconds, by the times of the samples', () => {
  const rates = new Rates();
  assert.equal(rates.perSecond('a'), 0);
  for (const [second, value] of [0, 1000, 1000, 1000, 1000, 1000, 1000, 2000].entries())
    rates.sample([['a', value]], second * 1000);
  assert.equal(rates.perSecond('a'), 200);
  assert.deepEqual(rates.history('a'), [1000, 0, 0, 0, 0, 0, 1000]);
});

test('what comes later has the times of its own samples', () => {
  const rates = new Rates();
  rates.sample([['a', 0]], 0);
  rates.sample([['a', 0]], 10_000);
  rates.sample([['b', 5]], 20_000);
  assert.equal(rates.perSecond('b'), 0);
  rates.sample([['b', 25]], 22_000);
  assert.equal(rates.perSecond('b'), 10);
});

test('a counter that begins anew never runs backwards, and two minutes are kept', () => {
  const rates = new Rates();
  for (let second = 0; second < 500; second++)
    rates.sample([['a', second < 499 ? second : 0]], second * 1000);
  assert.equal(rates.perSecond('a'), 0);
  assert.equal(rates.history('a').length, 119);
});
