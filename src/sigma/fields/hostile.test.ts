import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lifeRecord, own } from '../../../test/support/process_records.ts';
import { type AttributeKey, type AttributeType } from '../../model/attribute_set.ts';
import { Attr } from '../../model/attributes.ts';
import type { Value } from '../../model/value.ts';
import { SERVICES } from './services.ts';
import { CATEGORIES, etwLogsources } from './table.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '-',
    '\\',
    'HKLM\\SOFTWARE\\Classes',
    'C:',
    '\u0000',
    'REG_DWORD',
    'REG_QWORD',
    'REG_MULTI_SZ',
  ),
);
const byType: Readonly<Record<AttributeType, fc.Arbitrary<Value>>> = {
  string: text,
  int: fc.oneof(fc.integer(), fc.constantFrom(0, 0xffffffff, Number.MAX_SAFE_INTEGER)),
  double: fc.double(),
  bool: fc.boolean(),
  'string[]': fc.array(text, { maxLength: 3 }),
  bytes: fc.uint8Array({ maxLength: 4 }),
  map: fc.dictionary(fc.string(), text, { maxKeys: 3 }),
};
const attributes = Object.values(Attr) as readonly AttributeKey[];
const pairs = fc
  .subarray([...attributes], { maxLength: 40 })
  .chain((keys) => fc.tuple(...keys.map((key) => byType[key.type].map((value) => [key, value] as const))));

const services = Object.keys(SERVICES).flatMap(
  (service) => etwLogsources.find({ product: 'windows', category: undefined, service }) ?? [],
);

test('no record makes a field, a predicate or a text throw, and values are such as rules compare', () => {
  const check = (value: unknown): void => {
    const parts = Array.isArray(value) ? value : [value];
    for (const part of parts) assert.ok(['string', 'number', 'boolean', 'undefined'].includes(typeof part));
  };
  fc.assert(
    fc.property(pairs, fc.nat(CATEGORIES.length - 1), (values, which) => {
      const definition = CATEGORIES[which];
      assert.ok(definition !== undefined);
      const [eventName = ''] = definition.eventNames;
      const record = lifeRecord('process.start', 8, 0).with({ eventName, own: own([...values]), blocks: [] });
      definition.only?.accepts(record);
      for (const field of Object.values(definition.fields)) check(field.read(record));
      for (const service of services) {
        service.accepts(record);
        for (const name of ['EventID', 'Status', 'UserName', 'Path'])
          check(service.field(name)?.read(record));
        for (const one of service.texts(record)) assert.equal(typeof one, 'string');
      }
    }),
    { numRuns: 300 },
  );
});
