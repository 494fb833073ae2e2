import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOf, missingIn } from './promql.ts';

const EMITTED = new Map([
  ['a_total', new Set(['cause'])],
  ['b', new Set<string>()],
]);

const cases: readonly [query: string, missing: readonly string[]][] = [
  ['a_total', []],
  ['sum by (cause) (rate(a_total{cause!="x and y"}[5m])) > 0.5', []],
  ['sum(rate(a_total{job=~"$job"}[$__rate_interval])) without (instance)', []],
  ['100 * b / on (instance) group_left b offset 5m > bool 1e3 and b', []],
  ['c', ['no metric c']],
  ['rate(c_total{x="a_total"}[1h])', ['no metric c_total']],
  ['a_total{reason="x"}', ['a_total has no label reason']],
  ['sum(b) by (cause)', ['no label cause']],
  ['max(b + a_total) by (cause)', []],
  ['time() - b > 5 or c{instance="1"} unless b', ['no metric c']],
];
for (const [query, missing] of cases)
  test(`PromQL: ${query}`, () => assert.deepEqual(missingIn(query, EMITTED), missing));

test('PromQL: what a query asks for', () => {
  assert.deepEqual(askedOf('sum by (x, y) (m{a="1",b=~"2"}) / n'), {
    metrics: [
      { name: 'm', labels: ['a', 'b'] },
      { name: 'n', labels: [] },
    ],
    grouping: ['x', 'y'],
  });
});
