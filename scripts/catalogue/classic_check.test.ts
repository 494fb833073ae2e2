import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CatalogueField } from '../../src/etw/catalogue/format.ts';
import { checkClassic } from './classic_check.ts';

const GUID = '11111111-2222-3333-4444-555555555555';

function differences(fields: readonly CatalogueField[], signature: string): string[] {
  const reports: string[] = [];
  const table = [
    'provider\tcategory\tevent_id\tversion\tevent(fields)\tevent_type\tdescription',
    `Windows Kernel Trace\t{${GUID}}\t1\t2\t${signature}\tStart\t`,
  ];
  const file = { kind: 'classic', provider: 'P', guid: GUID, sources: [] } as const;
  const events = [{ opcodes: [1], version: 2, name: 'Start', fields }];
  checkClassic([{ ...file, events }], table.join('\n'), (line) => reports.push(line));
  return reports;
}

const FIELDS: readonly CatalogueField[] = [
  { name: 'Key', in: 'Pointer' },
  { name: 'Who', in: 'WbemSid' },
  { name: 'Name', in: 'AnsiString' },
];

for (const [title, signature, expected] of [
  ['the same fields, flattened', 'A(UInt32 Key, Object Who, String Name)', []],
  ['another name', 'A(UInt32 Kex, Object Who, String Name)', ['UInt32 Kex is published, not Pointer Key']],
  ['another type', 'A(UInt64 Key, Object Who, String Name)', ['UInt64 Key is published, not Pointer Key']],
  ['a field too few', 'A(UInt32 Key, Object Who)', ['published without Name']],
  ['a field too many', 'A(UInt32 Key, Object Who, String Name, UInt8 X)', ['published with X too']],
] as const) {
  test(`a table with ${title}`, () => {
    assert.deepEqual(
      differences(FIELDS, signature),
      expected.map((difference) => `P version 2 opcodes 1: ${difference}`),
    );
  });
}
