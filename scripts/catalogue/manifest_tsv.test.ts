import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSignature, readTable } from './manifest_tsv.ts';

for (const [signature, symbol, fields] of [
  ['A()', 'A', []],
  ['A_V1(UInt32 B)', 'A_V1', ['UInt32 B']],
  ['Open(async)_V1(UnicodeString a, SID b)', 'Open(async)_V1', ['UnicodeString a', 'SID b']],
  ['Hive.Start(UInt32 Name with spaces)', 'Hive.Start', ['UInt32 Name with spaces']],
] as const) {
  test(`reads ${signature}`, () => {
    const read = readSignature(signature);
    assert.equal(read.symbol, symbol);
    assert.deepEqual(
      read.fields.map((field) => `${field.in} ${field.name}`),
      fields,
    );
  });
}

for (const signature of ['A', 'A(UInt32)', 'A(B C']) {
  test(`refuses ${signature}`, () => assert.throws(() => readSignature(signature)));
}

test('refuses a table of other columns', () => {
  assert.throws(() => readTable('id\tname\n1\tA()', 'x'), /unexpected columns/);
});
