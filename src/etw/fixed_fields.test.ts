import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { PayloadReader } from './payload.ts';
import { PayloadProgram } from './payload_program.ts';
import type { Field, FieldValue, InType } from './schema.ts';
import { TextCache } from './text.ts';

const SIZES: readonly (readonly [InType, (pointerSize: number) => number])[] = [
  ['UInt8', () => 1],
  ['Int8', () => 1],
  ['UInt16', () => 2],
  ['Int16', () => 2],
  ['UInt32', () => 4],
  ['Int32', () => 4],
  ['UInt64', () => 8],
  ['Boolean', () => 4],
  ['Pointer', (pointerSize) => pointerSize],
];

const reader = new PayloadReader(new TextCache());
function decode(program: PayloadProgram, bytes: Buffer, pointerSize: number): FieldValue[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [...reader.decode(program, view, bytes, 0, bytes.length, pointerSize)];
}

const payload = fc
  .tuple(
    fc.array(fc.constantFrom(...SIZES), { minLength: 1, maxLength: 12 }),
    fc.constantFrom(4, 8),
    fc.uint8Array({ minLength: 96, maxLength: 96 }),
  )
  .map(([types, pointerSize, bytes]) => ({
    fields: types.map(([inType], i): Field => ({ name: `f${i}`, inType })),
    pointerSize,
    bytes: Buffer.from(
      bytes.subarray(
        0,
        types.reduce((sum, [, size]) => sum + size(pointerSize), 0),
      ),
    ),
  }));

test('fields at fixed places are read as those of a payload that is cut off, one by one', () => {
  fc.assert(
    fc.property(payload, ({ fields, pointerSize, bytes }) => {
      const program = new PayloadProgram(fields);
      const whole = decode(program, bytes, pointerSize);
      assert.equal(reader.position, bytes.length);
      const cut = decode(program, bytes.subarray(0, -1), pointerSize);
      assert.deepEqual(cut, [...whole.slice(0, -1), undefined]);
    }),
  );
});

test('a part of the fields has the values that it has among all', () => {
  fc.assert(
    fc.property(payload, fc.nat(11), ({ fields, pointerSize, bytes }, n) => {
      const index = n % fields.length;
      const text: Field = { name: 'text', inType: 'UnicodeString' };
      const more = Buffer.concat([bytes, Buffer.from('text\0', 'utf16le')]);
      const all = decode(new PayloadProgram([...fields, text]), more, pointerSize);
      const part = decode(new PayloadProgram([...fields, text], new Set([index])), more, pointerSize);
      assert.equal(part[index], all[index]);
      assert.equal(part[fields.length], 'text');
    }),
  );
});

test('a length that is not wanted is read where a wanted field needs it', () => {
  const fields: Field[] = [
    { name: 'Unread', inType: 'UInt32' },
    { name: 'Length', inType: 'UInt16' },
    { name: 'Data', inType: 'Binary', length: { field: 1 } },
  ];
  const bytes = Buffer.from('00000000 0300 010203'.replaceAll(' ', ''), 'hex');
  const values = decode(new PayloadProgram(fields, new Set([2])), bytes, 8);
  assert.deepEqual(values, [undefined, 3, Uint8Array.of(1, 2, 3)]);
});
