import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mofClass } from './classic/layout.ts';
import { checkClassic, type KnownDifference } from './classic_check.ts';

const GUID = '11111111-2222-3333-4444-555555555555';
const FILES = [
  mofClass(
    'P',
    GUID,
    [],
    [
      [0, '1 Start', 'u8 Old'],
      [2, '1 Start, 2 End', 'ptr Key, token Who, asz Name'],
    ],
  ),
];

function differences(
  signature: string,
  { opcode = 1, version = 2, known = [] as readonly KnownDifference[] } = {},
): string[] {
  const reports: string[] = [];
  const table = [
    'provider\tcategory\tevent_id\tversion\tevent(fields)\tevent_type\tdescription',
    `Windows Kernel Trace\t{${GUID}}\t${opcode}\t${version}\t${signature}\tStart\t`,
  ];
  checkClassic(FILES, table.join('\n'), known, (line) => reports.push(line));
  return reports;
}

for (const [title, signature, expected] of [
  ['the same fields, flattened', 'A(UInt32 Key, Object Who, String Name)', []],
  ['another name', 'A(UInt32 Kex, Object Who, String Name)', ['UInt32 Kex is published, not Pointer Key']],
  ['another type', 'A(UInt64 Key, Object Who, String Name)', ['UInt64 Key is published, not Pointer Key']],
  ['a field too few', 'A(UInt32 Key, Object Who)', ['published without Name']],
  ['a field too many', 'A(UInt32 Key, Object Who, String Name, UInt8 X)', ['published with X too']],
] as const) {
  test(`a table with ${title}`, () => {
    assert.deepEqual(
      differences(signature),
      expected.map((difference) => `A (opcode 1, version 2): ${difference}`),
    );
  });
}

for (const [opcode, version, expected] of [
  [1, 1, 'UInt32 Key is published, not UInt8 Old'],
  [1, 3, undefined],
  [2, 1, 'no layout'],
  [3, 2, 'no layout'],
] as const) {
  test(`opcode ${opcode} of version ${version} is compared with what decodes it`, () => {
    const reports = differences('A(UInt32 Key, Object Who, String Name)', { opcode, version });
    assert.deepEqual(
      reports,
      expected === undefined ? [] : [`A (opcode ${opcode}, version ${version}): ${expected}`],
    );
  });
}

test('a known difference is not reported, another one of the same event is', () => {
  const known = [
    { provider: 'P', opcodes: [1], difference: /^published without Name$/, reason: 'this test' },
  ];
  assert.deepEqual(differences('A(UInt32 Key, Object Who)', { known }), []);
  assert.equal(differences('A(UInt32 Key)', { known }).length, 1);
  assert.equal(differences('A(UInt32 Key, Object Who)', { opcode: 2, known }).length, 1);
});

test('a table of other columns is refused', () => {
  assert.throws(() => checkClassic(FILES, 'id\tname', [], assert.fail), /unexpected columns/);
});
