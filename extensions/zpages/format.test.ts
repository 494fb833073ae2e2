import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, duration, rate, shortTime } from './format.ts';

const cases: readonly [shown: string, expected: string][] = [
  [count(1234567), '1,234,567'],
  [rate(0), '0'],
  [rate(0.44), '0.4'],
  [rate(1234.4), '1,234'],
  [bytes(0), '0 B'],
  [bytes(1023), '1,023 B'],
  [bytes(1536), '1.5 KiB'],
  [bytes(300 * 2 ** 20), '300 MiB'],
  [bytes(2 ** 50), '1,024 TiB'],
  [duration(0), '0 s'],
  [duration(59.9), '59 s'],
  [duration(119), '1 min'],
  [duration(7500), '2 h 5 min'],
  [duration(356_400), '4 d 3 h'],
  [shortTime(0.000_34), '340 µs'],
  [shortTime(0.012), '12 ms'],
  [shortTime(1.25), '1.25 s'],
];
for (const [shown, expected] of cases) test(expected, () => assert.equal(shown, expected));
