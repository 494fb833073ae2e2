import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hexText } from './hex_text.ts';

const cases: readonly [number | bigint, string][] = [
  [0, '0x0'],
  [255, '0xff'],
  [0x80000000, '0x80000000'],
  [-1, '0xffffffff'],
  [-0x80000001, '0xffffffff7fffffff'],
  [-1n, '0xffffffffffffffff'],
  [0xffff8a0012345678n, '0xffff8a0012345678'],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
];
for (const [value, text] of cases) {
  test(`${String(value)} is ${text}`, () => assert.equal(hexText(value), text));
}

test('every exact integer is written as the engine writes it', () => {
  fc.assert(fc.property(fc.maxSafeNat(), (value) => assert.equal(hexText(value), `0x${value.toString(16)}`)));
});
