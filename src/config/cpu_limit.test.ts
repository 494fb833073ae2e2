import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coresOf, cpuLimit } from './cpu_limit.ts';

const cases: readonly [limit: unknown, machine: number, cores: number | undefined | 'wrong'][] = [
  ['10%', 32, 3.2],
  ['10%', 4, 0.5],
  ['12.5%', 8, 1],
  ['100%', 2, 2],
  [0.05, 4, 0.05],
  [2, 1, 2],
  ['none', 8, undefined],
  ['0%', 8, 'wrong'],
  ['101%', 8, 'wrong'],
  ['10', 8, 'wrong'],
  [0, 8, 'wrong'],
  [-1, 8, 'wrong'],
];
for (const [limit, machine, cores] of cases)
  test(`cpu_limit ${String(limit)} of ${machine} cores is ${cores}`, () => {
    const parsed = cpuLimit().safeParse(limit);
    assert.equal(parsed.success ? coresOf(parsed.data, machine) : 'wrong', cores);
  });
