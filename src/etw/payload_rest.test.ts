import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { PayloadReader } from './payload.ts';
import { PayloadProgram } from './payload_program.ts';
import type { Field, FieldValue } from './schema.ts';
import { TextCache } from './text.ts';

function decode(fields: readonly Field[], hex: string): { values: readonly FieldValue[]; left: number } {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new PayloadReader(new TextCache());
  const values = reader.decode(new PayloadProgram(fields), view, bytes, 0, bytes.length, 4);
  return { values: [...values], left: bytes.length - reader.position };
}

const ID: Field = { name: 'Id', inType: 'UInt8' };
const STACK: Field = { name: 'Stack', inType: 'Pointer', count: 'rest' };
const PAIRS: Field = {
  name: 'Pairs',
  inType: 'Struct',
  count: 'rest',
  fields: [
    { name: 'A', inType: 'UInt16' },
    { name: 'B', inType: 'UInt8' },
  ],
};
const DATA: Field = { name: 'Data', inType: 'Binary', length: 'rest' };
const pair = (a: number, b: number): FieldValue =>
  Object.assign(Object.create(null) as Record<string, FieldValue>, { A: a, B: b });

for (const [title, field, hex, expected, left] of [
  ['elements', STACK, '01 00000010 20000000', [0x10_00_00_00, 0x20], 0],
  ['elements, with some bytes of another one', STACK, '01 20000000 aabbcc', [0x20], 3],
  ['no element', STACK, '01', [], 0],
  ['structures', PAIRS, '01 0100 02 0300 04', [pair(1, 2), pair(3, 4)], 0],
  ['structures, one cut in two', PAIRS, '01 0100 02 0300', [pair(1, 2)], 2],
  ['structures without members', { ...PAIRS, fields: [] }, '01 0203', [], 2],
  ['bytes', DATA, '01 0a0b0c', Uint8Array.of(10, 11, 12), 0],
  ['no bytes', DATA, '01', new Uint8Array(), 0],
] as const) {
  test(`the rest of a payload as ${title}`, () => {
    // Pointers are little-endian: the first address is written 00000010.
    assert.deepEqual(decode([ID, field], hex), { values: [1, expected], left });
  });
}

test('the rest of a payload that ended before it is missing', () => {
  assert.deepEqual(decode([{ name: 'Key', inType: 'UInt32' }, STACK], '0102').values, [undefined, undefined]);
});
