import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldFacts, ProviderFacts } from './facts.ts';
import { FieldHints } from './hints.ts';

const SIZE: FieldFacts = { name: 'Size', in: 'UInt8' };
const plain: FieldFacts = { name: 'Family', in: 'UInt32' };

function complete(
  field: FieldFacts,
  others: readonly FieldFacts[],
  id = 9,
  earlier: readonly FieldFacts[] = [],
): FieldFacts {
  const facts: ProviderFacts = {
    provider: 'P',
    source: 'this test',
    keywords: new Map(),
    maps: new Map(),
    events: others.map((other, index) => ({ id: index, version: 0, symbol: 'A', fields: [other] })),
  };
  return new FieldHints([facts]).complete(id, field, earlier);
}

for (const [title, others, expected] of [
  ['nothing is known of', [], plain],
  ['one event has a map for', [{ ...plain, map: 'Families' }], { ...plain, map: 'Families' }],
  ['events agree on a map for', [plain, { ...plain, map: 'Families' }], { ...plain, map: 'Families' }],
  [
    'events disagree on',
    [
      { ...plain, map: 'Families' },
      { ...plain, map: 'Others' },
    ],
    plain,
  ],
  ['events of another type have a map for', [{ ...plain, in: 'UInt8', map: 'Families' }], plain],
] as const) {
  test(`a field that ${title}`, () => assert.deepEqual(complete(plain, others), expected));
}

test('another version of the event counts over other events', () => {
  const others = [
    { ...plain, map: 'Families' },
    { ...plain, map: 'Others' },
  ];
  assert.equal(complete(plain, others, 1).map, 'Others');
});

test('a name that may be of anything takes nothing from other events', () => {
  const flags = { name: 'Flags', in: 'UInt32' };
  assert.deepEqual(complete(flags, [{ ...flags, map: 'FileFlags' }]), flags);
  assert.equal(complete(flags, [{ ...flags, map: 'FileFlags' }], 0).map, 'FileFlags');
});

for (const [title, earlier, expected] of [
  ['stands before it', [SIZE], { length: 'Size', count: 'Size' }],
  ['is not there', [], {}],
] as const) {
  test(`a length or count that ${title}`, () => {
    const text = { name: 'Text', in: 'UnicodeString' };
    const {
      name,
      in: type,
      ...rest
    } = complete(text, [{ ...text, length: 'Size', count: 'Size' }], 9, earlier);
    assert.deepEqual(rest, expected);
    assert.deepEqual({ name, in: type }, text);
  });
}

test('binary data keeps a length that is not there, and is refused for it', () => {
  const data = { name: 'Data', in: 'Binary' };
  assert.equal(complete(data, [{ ...data, length: 'Size' }]).length, 'Size');
});
