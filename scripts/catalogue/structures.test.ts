import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldFacts } from './facts.ts';
import { followsCount, markStructures } from './structures.ts';

const field = (text: string): FieldFacts => {
  const [, type = '', name = '', count] = /^(\w+) (\w+)(?:\[(\w+)\])?$/.exec(text) ?? [];
  return { name, in: type, ...(count === undefined ? {} : { count }) };
};
const marked = (fields: readonly FieldFacts[]): string => fields.map((one) => one.in).join(' ');

// In brackets: what a manifest says is an array.
for (const [title, fields, expected] of [
  [
    'an array whose in type is a number past the fields',
    'UInt32 N, UInt8 X, Int8 Ranges[N]',
    'UInt32 UInt8 structure',
  ],
  [
    'the next one starts behind its members',
    'UInt8 A, UInt8 B, UInt8 N, UInt8 Ranges[N], UInt32 Ids[N]',
    'UInt8 UInt8 UInt8 UInt8 UInt32',
  ],
  [
    'two arrays of structures',
    'UInt32 A, UInt32 N, UInt8 One[N], UInt16 Two[N]',
    'UInt32 UInt32 structure structure',
  ],
  [
    'a single structure before an array of them',
    'UInt64 S, UInt32 T, Int16 Bounds, UInt32 N, Int64 Data[N]',
    'UInt64 UInt32 structure UInt32 structure',
  ],
  ['an array of plain numbers', 'UInt32 N, UInt16 Dialects[N]', 'UInt32 UInt16'],
  ['a plain field of that in type', 'UnicodeString A, AnsiString B', 'UnicodeString AnsiString'],
  ['two fields of that in type', 'UInt8 A, UInt8 B, UInt32 N, GUID Ids[N]', 'UInt8 UInt8 UInt32 GUID'],
  ['a number past all in types', 'UInt32 N, 28 Groups[N]', 'UInt32 structure'],
] as const) {
  test(`a manifest with ${title}`, () => {
    const read = fields.split(', ').map(field);
    assert.equal(marked(markStructures(read, (one) => one.count !== undefined)), expected);
  });
}

for (const [title, fields, expected] of [
  ['a count named after the field', 'UInt16 LockCount, UInt8 X, UInt8 Y', 'UInt16 UInt8 UInt8'],
  ['an array named like its count', 'UInt32 X, UInt16 LockCount, Int8 Locks', 'UInt32 UInt16 structure'],
  [
    'an array at the end, behind a number of something',
    'UInt32 NumRects, AnsiString Data',
    'UInt32 structure',
  ],
  ['a count of something else', 'UInt32 RetryCount, AnsiString Data', 'UInt32 AnsiString'],
] as const) {
  test(`a table with ${title}`, () => {
    assert.equal(marked(markStructures(fields.split(', ').map(field), followsCount)), expected);
  });
}
