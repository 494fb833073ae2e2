import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Value } from '../model/value.ts';
import { PayloadRenderer, renderData } from './render.ts';
import type { Field, FieldValue, InType, OutType, Schema } from './schema.ts';

const schemaOf = (...fields: Field[]): Schema => ({ provider: 'P', event: 'E', source: 'catalogue', fields });
const one = (inType: InType, outType?: OutType, name = 'Field'): Schema =>
  schemaOf({ name, inType, ...(outType === undefined ? {} : { outType }) });

const cases: readonly [title: string, schema: Schema, value: FieldValue, shown: Value | undefined][] = [
  ['a counter', one('UInt32'), 7, 7],
  ['a 64-bit counter below 2^53', one('UInt64'), 2 ** 53 - 1, 9007199254740991],
  ['a 64-bit integer beyond', one('UInt64'), 2n ** 63n, '9223372036854775808'],
  ['a negative 64-bit integer', one('Int64'), -(2n ** 60n), '-1152921504606846976'],
  ['a pointer', one('Pointer'), 0x7fff7a98be00, '0x7fff7a98be00'],
  ['a kernel pointer', one('Pointer'), 0xffff8a0012345678n, '0xffff8a0012345678'],
  ['a 64-bit hex type', one('HexInt64'), 16, '0x10'],
  ['a 32-bit hex type', one('HexInt32'), 0xc0000005, '0xc0000005'],
  ['a hex out type', one('UInt32', 'hex'), 255, '0xff'],
  ['a key by name', one('UInt64', undefined, 'FileKey'), 255, '0xff'],
  ['an address by name', one('UInt64', undefined, 'MethodStartAddress'), 255, '0xff'],
  ['a size is a counter', one('SizeT'), 255, 255],
  ['a FILETIME', one('FILETIME'), 116_444_736_000_000_001n, '1970-01-01T00:00:00.0000001Z'],
  ['a FILETIME of 0', one('FILETIME'), 0, '0'],
  ['a FILETIME that is none', one('FILETIME'), 2n ** 64n - 1n, '18446744073709551615'],
  ['a SYSTEMTIME', one('SYSTEMTIME'), '2026-03-01T09:00:00.123', '2026-03-01T09:00:00.123'],
  ['a flag', one('Boolean'), true, true],
  ['a number that means a flag', one('UInt16', 'bool'), 2, true],
  ['an empty string', one('UnicodeString'), '', ''],
  ['an array', one('UInt16'), [1, 2, 3], [1, 2, 3]],
  ['an array of pointers', one('Pointer'), [1, 2n], ['0x1', '0x2']],
  ['a missing field', one('UInt32'), undefined, undefined],
  ['a double', one('Double'), 0.5, 0.5],
];
for (const [title, schema, value, shown] of cases) {
  test(`${title} is shown as ${JSON.stringify(shown)}`, () => {
    const name = schema.fields[0]?.name ?? '';
    const expected = shown === undefined ? {} : { [name]: shown };
    assert.deepEqual({ ...renderData(schema, [value]) }, expected);
    assert.deepEqual({ ...new PayloadRenderer(schema).render([value]) }, expected);
  });
}

test('binary is bytes in a record and lower-case hex in text', () => {
  const schema = one('Binary');
  const bytes = Uint8Array.of(0xca, 0xfe, 1);
  assert.equal(renderData(schema, [bytes])['Field'], 'cafe01');
  assert.equal(new PayloadRenderer(schema).render([bytes])['Field'], bytes);
});

test('a number that JSON cannot say is text in text', () => {
  const schema = one('Double');
  assert.equal(renderData(schema, [Number.NaN])['Field'], 'NaN');
  assert.equal(
    new PayloadRenderer(schema).render([Number.POSITIVE_INFINITY])['Field'],
    Number.POSITIVE_INFINITY,
  );
});

test('structs are shown by their members', () => {
  const members: Field[] = [
    { name: 'Address', inType: 'Pointer' },
    { name: 'Count', inType: 'UInt32' },
  ];
  const schema = schemaOf({ name: 'Items', inType: 'Struct', count: 'prefix', fields: members });
  const shown = renderData(schema, [[{ Address: 255, Count: 1 }, { Address: 2n ** 63n }]]);
  assert.equal(
    JSON.stringify(shown),
    '{"Items":[{"Address":"0xff","Count":1},{"Address":"0x8000000000000000"}]}',
  );
});

test('a name that stands twice keeps both values', () => {
  const schema = schemaOf({ name: 'x', inType: 'UInt8' }, { name: 'x', inType: 'UInt8' });
  assert.equal(JSON.stringify(renderData(schema, [1, 2])), '{"x":1,"x_2":2}');
});

test('names from a trace meet no prototype', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];
  const schema = schemaOf(...names.map((name): Field => ({ name, inType: 'UInt8' })));
  const shown = renderData(schema, [1, 2, 3, 4, 5]);
  assert.deepEqual(
    Object.entries(shown),
    names.map((name, i) => [name, i + 1]),
  );
  for (const name of names) assert.equal(renderData(schemaOf(), [])[name], undefined);
});

const inTypes: readonly InType[] = [
  'UnicodeString',
  'Int8',
  'UInt64',
  'Int64',
  'Double',
  'Boolean',
  'Binary',
  'GUID',
  'Pointer',
  'FILETIME',
  'SYSTEMTIME',
  'SID',
  'HexInt32',
  'HexInt64',
  'SizeT',
  'Struct',
];
const outTypes: readonly (OutType | undefined)[] = [undefined, 'hex', 'bool', 'datetime', 'pid', 'string'];

const { value: anyValue } = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(undefined),
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.boolean(),
    fc.string(),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
}));
const anyField: fc.Arbitrary<Field> = fc.record({
  name: fc.oneof(fc.string(), fc.constantFrom('FileKey', '__proto__', 'a')),
  inType: fc.constantFrom(...inTypes),
  outType: fc.constantFrom(...outTypes),
}) as fc.Arbitrary<Field>;

function assertValue(value: unknown, binary: 'bytes' | 'hex'): void {
  if (value instanceof Uint8Array) assert.equal(binary, 'bytes');
  else if (Array.isArray(value)) for (const element of value) assertValue(element, binary);
  else if (typeof value === 'object' && value !== null)
    for (const v of Object.values(value)) assertValue(v, binary);
  else assert.ok(['string', 'number', 'boolean'].includes(typeof value), typeof value);
}

test('any value of any field renders, without bigint, undefined or null', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyField, anyValue), { maxLength: 6 }), (pairs) => {
      const fields = pairs.map(([field]) => field);
      const values = pairs.map(([, value]) => value);
      for (const binary of ['bytes', 'hex'] as const) {
        assertValue(new PayloadRenderer({ fields }, binary).render(values), binary);
      }
      JSON.stringify(renderData(schemaOf(...fields), values));
    }),
  );
});
