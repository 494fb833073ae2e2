import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { Field, InType } from '../../src/etw/schema.ts';
import type { WriteValue, WriteValues } from './payload_writer.ts';
import { encodePayload, encodeTyped } from './payload_writer.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
/** Expected bytes may be written in groups. */
const plain = (text: string) => text.replaceAll(' ', '');

const TYPES: [inType: InType, value: WriteValue, bytes: string][] = [
  ['Int8', -2, 'fe'],
  ['UInt8', 254, 'fe'],
  ['Int16', -2, 'feff'],
  ['UInt16', 0x1234, '3412'],
  ['Int32', -2, 'feffffff'],
  ['UInt32', 0x8000_0001, '01000080'],
  ['HexInt32', '0xc0000005', '050000c0'],
  ['Boolean', true, '01000000'],
  ['Int64', -2n, 'feffffffffffffff'],
  ['UInt64', 0x1_0000_0000, '0000000001000000'],
  ['HexInt64', '0x8000000000000010', '1000000000000080'],
  ['FILETIME', 134_169_165_000_000_000n, '00c2a20b25aadc01'],
  ['Float', 1.5, '0000c03f'],
  ['Double', -2, '00000000000000c0'],
  ['Pointer', 0xffff_8000_0000_0008n, '08000000 0080ffff'],
  ['SizeT', 8, '0800000000000000'],
  ['UnicodeString', 'hé', '6800e9000000'],
  ['AnsiString', 'hi', '686900'],
  ['UnicodeChar', 'é', 'e900'],
  ['AnsiChar', 'x', '78'],
  ['CountedUnicodeString', 'hi', '040068006900'],
  ['CountedAnsiString', 'hi', '02006869'],
  ['CountedBinary', Uint8Array.of(1, 2, 3), '0300010203'],
  ['Binary', Uint8Array.of(1, 2, 3), '010203'],
  ['GUID', '{22FB2CD6-0E7B-422B-A0C7-2FAD1FD0E716}', 'd62cfb227b0e2b42a0c72fad1fd0e716'],
  ['SID', 'S-1-5-18', '010100000000000512000000'],
  ['SID', 'S-1-16-16384', '010100000000001000400000'],
  ['SYSTEMTIME', [2026, 3, 1, 2, 9, 15, 0, 250], 'ea070300010002000900 0f000000fa00'],
  ['WbemSid', null, '00000000'],
  ['WbemSid', 'S-1-5-18', '20dc9cfc88b4ffff 0000000000000000 010100000000000512000000'],
];
for (const [inType, value, bytes] of TYPES) {
  test(`${inType}: ${bytes}`, () => assert.equal(hex(encodeTyped([[inType, value]])), plain(bytes)));
}

const SHAPES: [title: string, fields: Field[], values: WriteValues, bytes: string][] = [
  [
    'text of a constant length is padded',
    [{ name: 'a', inType: 'UnicodeString', length: 3 }],
    ['x'],
    '780000000000',
  ],
  ['text of a constant length is cut', [{ name: 'a', inType: 'AnsiString', length: 1 }], ['xy'], '78'],
  [
    'bytes whose length an earlier field gives',
    [
      { name: 'n', inType: 'UInt16' },
      { name: 'b', inType: 'Binary', length: { field: 0 } },
    ],
    { n: 2, b: Uint8Array.of(9, 8) },
    '02000908',
  ],
  [
    'an array whose count an earlier field gives',
    [
      { name: 'n', inType: 'UInt8' },
      { name: 'a', inType: 'UInt16', count: { field: 0 } },
    ],
    [2, [1, 2]],
    '0201000200',
  ],
  [
    'an array with its count in front',
    [{ name: 'a', inType: 'UInt8', count: 'prefix' }],
    [[5, 6]],
    '02000506',
  ],
  [
    'an array of structs',
    [
      {
        name: 's',
        inType: 'Struct',
        count: 2,
        fields: [
          { name: 'x', inType: 'UInt8' },
          { name: 'y', inType: 'AnsiString' },
        ],
      },
    ],
    [[{ x: 1, y: 'a' }, [2, 'b']]],
    '016100 026200',
  ],
  [
    'UTF-8 where the out type says so',
    [{ name: 'a', inType: 'AnsiString', outType: 'utf8' }],
    ['é'],
    'c3a900',
  ],
];
for (const [title, fields, values, bytes] of SHAPES) {
  test(title, () => assert.equal(hex(encodePayload(fields, values)), plain(bytes)));
}

test('pointers of a 32-bit payload take 4 bytes', () => {
  assert.equal(
    hex(
      encodeTyped(
        [
          ['Pointer', 0x8000_0000],
          ['SizeT', 1],
        ],
        4,
      ),
    ),
    '0000008001000000',
  );
});

test('a missing or unsuitable value is refused', () => {
  assert.throws(() => encodePayload([{ name: 'a', inType: 'UInt8' }], {}), /no value for a/);
  assert.throws(() => encodeTyped([['UInt8', 'text']]), /not a number/);
  assert.throws(() => encodeTyped([['GUID', 'text']]), /not a GUID/);
});
