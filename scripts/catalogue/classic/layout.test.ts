import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mofClass, readFields } from './layout.ts';

for (const [text, expected] of [
  ['', []],
  ['u32 Flags:hex', [{ name: 'Flags', in: 'UInt32', out: 'hex' }]],
  ['pid ProcessId', [{ name: 'ProcessId', in: 'UInt32', out: 'pid' }]],
  ['ptr ParentId:pid', [{ name: 'ParentId', in: 'Pointer', out: 'pid' }]],
  ['wsz(16) FileSystem', [{ name: 'FileSystem', in: 'UnicodeString', length: 16 }]],
  ['ipv6 daddr', [{ name: 'daddr', in: 'Binary', out: 'ipv6', length: 16 }]],
  ['u32 Type@LogType', [{ name: 'Type', in: 'UInt32', map: 'LogType' }]],
  [
    'u32 Count, u64 Values[Count]',
    [
      { name: 'Count', in: 'UInt32' },
      { name: 'Values', in: 'UInt64', count: 'Count' },
    ],
  ],
  [
    'u8 Size, bytes(Size) Data, bytes(*) Rest',
    [
      { name: 'Size', in: 'UInt8' },
      { name: 'Data', in: 'Binary', length: 'Size' },
      { name: 'Rest', in: 'Binary', length: '*' },
    ],
  ],
  [
    'u16 Id, {ptr From, u32 Flags:hex} Branches[*]',
    [
      { name: 'Id', in: 'UInt16' },
      {
        name: 'Branches',
        in: 'Struct',
        count: '*',
        fields: [
          { name: 'From', in: 'Pointer' },
          { name: 'Flags', in: 'UInt32', out: 'hex' },
        ],
      },
    ],
  ],
] as const) {
  test(`fields: ${text}`, () => assert.deepEqual(readFields(text), expected));
}

for (const text of [
  'u32',
  'int Count',
  'u32 A u32 B',
  'u32 A,, u32 B',
  'wsz() Name',
  '{u32 A}',
  'u32 A[B',
  'u32 A)',
]) {
  test(`no fields: ${text}`, () => assert.throws(() => readFields(text), /^Error: not a (field|type)/));
}

test('a class has an event for each layout, named by its first opcode', () => {
  const file = mofClass(
    'P',
    'a guid',
    ['a source'],
    [
      [0, '1 Start, 2 End', 'u8 A'],
      [2, '9 Mark', ''],
    ],
  );
  assert.deepEqual(file, {
    kind: 'classic',
    provider: 'P',
    guid: 'a guid',
    sources: ['a source'],
    events: [
      {
        opcodes: [1, 2],
        version: 0,
        name: 'Start',
        names: { 1: 'Start', 2: 'End' },
        fields: [{ name: 'A', in: 'UInt8' }],
      },
      { opcodes: [9], version: 2, name: 'Mark', fields: [] },
    ],
  });
});

for (const opcodes of ['', 'Start', '1', '1 Start and more', '1 Start,2 End']) {
  test(`no opcodes: ${opcodes}`, () => {
    assert.throws(() => mofClass('P', 'g', [], [[0, opcodes, '']]), /not an opcode and a name/);
  });
}
