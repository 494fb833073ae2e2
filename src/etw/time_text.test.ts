import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fileTimeText, timeText } from './time_text.ts';

const times: readonly [seconds: number, nanoseconds: number, text: string | undefined][] = [
  [0, 0, '1970-01-01T00:00:00.0000000Z'],
  [1_772_355_600, 123_456_789, '2026-03-01T09:00:00.1234567Z'],
  [1_772_355_600, 99, '2026-03-01T09:00:00.0000000Z'],
  [951_782_399, 999_999_999, '2000-02-28T23:59:59.9999999Z'],
  [253_402_300_799, 0, '9999-12-31T23:59:59.0000000Z'],
  [253_402_300_800, 0, undefined],
  [Number.NaN, 0, undefined],
];
for (const [seconds, nanoseconds, text] of times) {
  test(`timeText ${seconds}.${nanoseconds}`, () => assert.equal(timeText(seconds, nanoseconds), text));
}

const fileTimes: readonly [value: unknown, text: string | undefined][] = [
  [116_444_736_000_000_000n, '1970-01-01T00:00:00.0000000Z'],
  [134_168_292_001_234_567n, '2026-03-01T09:00:00.1234567Z'],
  [1, '1601-01-01T00:00:00.0000001Z'],
  [0, undefined],
  [0n, undefined],
  [-1, undefined],
  [-1n, undefined],
  [2n ** 64n - 1n, undefined],
  ['yesterday', undefined],
  [undefined, undefined],
];
for (const [value, text] of fileTimes) {
  test(`fileTimeText ${String(value)}`, () => assert.equal(fileTimeText(value), text));
}

test('a FILETIME is split without rounding', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2_650_467_743_999_999_999n }), (value) => {
      const ms = Number(value / 10_000n) - 11_644_473_600_000;
      const expected = `${new Date(ms).toISOString().slice(0, 19)}.${String(value % 10_000_000n).padStart(7, '0')}Z`;
      assert.equal(fileTimeText(value), expected);
    }),
  );
});
