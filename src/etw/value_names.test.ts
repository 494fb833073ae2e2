import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayloadRenderer } from './render.ts';
import { nameOf, type ValueNames } from './value_names.ts';

const values: ValueNames = {
  kind: 'values',
  names: new Map([
    [0, 'None'],
    [3, 'Running'],
  ]),
};
const bits: ValueNames = {
  kind: 'bits',
  names: new Map([
    [1, 'Read'],
    [2, 'Write'],
    [3, 'ReadWrite'],
  ]),
};

for (const { map, value, expected } of [
  { map: values, value: 0, expected: 'None' },
  { map: values, value: 3, expected: 'Running' },
  { map: values, value: 4, expected: undefined },
  { map: bits, value: 1, expected: 'Read' },
  { map: bits, value: 3, expected: 'ReadWrite' },
  { map: bits, value: 6, expected: 'Write|0x4' },
  { map: bits, value: 4, expected: undefined },
  { map: bits, value: 0, expected: undefined },
]) {
  test(`the name of ${value} in a map of ${map.kind} is ${expected ?? 'none'}`, () =>
    assert.equal(nameOf(map, value), expected));
}

test('a rendered payload has the name beside the number', () => {
  const renderer = new PayloadRenderer({
    fields: [
      { name: 'State', inType: 'UInt8', map: 'States' },
      { name: 'Access', inType: 'HexInt32', map: 'Rights' },
      { name: 'Other', inType: 'UInt8', map: 'Missing' },
    ],
    maps: new Map([
      ['States', values],
      ['Rights', bits],
    ]),
  });
  assert.deepEqual(
    { ...renderer.render([3, 1, 5]) },
    { State: 3, State_name: 'Running', Access: '0x1', Access_name: 'Read', Other: 5 },
  );
});
