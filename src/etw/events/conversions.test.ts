import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Attr } from '../../model/attributes.ts';
import type { FieldValue } from '../schema.ts';
import * as conversions from './conversions.ts';
import { PROVIDER_MAPPINGS } from './mappings.ts';

const {
  accountPart,
  address,
  baseName,
  dashText,
  domainPart,
  extension,
  field,
  fileTime,
  flag,
  hexDigits,
  int,
  integrityLevel,
  ipAddress,
  kilobytes,
  oneOf,
  otherProcessId,
  processId,
  socketAddress,
  socketPort,
  status,
  text,
  textNumber,
  utf16Text,
} = conversions;

const cases: readonly [
  convert: (value: FieldValue) => unknown,
  value: string | number | bigint | boolean | Uint8Array,
  converted: unknown,
][] = [
  [socketAddress, '192.0.2.5:445', '192.0.2.5'],
  [socketPort, '192.0.2.5:445', 445],
  [socketAddress, '[2001:db8::9]:445', '2001:db8::9'],
  [socketPort, '[2001:db8::9]:445', 445],
  [socketAddress, Uint8Array.of(1), undefined],
  [socketPort, Uint8Array.of(1), undefined],
  [text, 'a', 'a'],
  [text, '', undefined],
  [text, 1, undefined],
  [int, 1, 1],
  [int, 2n ** 60n, undefined],
  [int, 0.5, undefined],
  [int, '1', undefined],
  [flag, true, true],
  [flag, 0, false],
  [flag, 2, true],
  [flag, 'yes', undefined],
  [otherProcessId, 0, undefined],
  [otherProcessId, 4, 4],
  [kilobytes, 3, 3072],
  [kilobytes, Number.MAX_SAFE_INTEGER, undefined],
  [accountPart, 'CORP\\amy', 'amy'],
  [accountPart, 'amy', 'amy'],
  [accountPart, 'CORP\\', undefined],
  [domainPart, 'CORP\\amy', 'CORP'],
  [domainPart, 'amy', undefined],
  [dashText, '-', undefined],
  [dashText, '::1', '::1'],
  [textNumber, '50123', 50123],
  [textNumber, '-', undefined],
  [textNumber, '', undefined],
  [textNumber, '1'.repeat(16), undefined],
  [textNumber, 7, 7],
  [oneOf({ 1: 'one' }), 1, 'one'],
  [oneOf({ 1: 'one' }), 2, '2'],
  [oneOf({ 1: 'one' }), 'one', undefined],
  [hexDigits, Uint8Array.of(0, 255), '00ff'],
  [hexDigits, Uint8Array.of(), undefined],
  [utf16Text, Uint8Array.of(97, 0, 13, 0, 10, 0), 'a\r\n'],
  [utf16Text, Uint8Array.of(97, 0, 0, 0), 'a'],
  [utf16Text, Uint8Array.of(97, 0, 0, 0, 98, 0), undefined],
  [utf16Text, Uint8Array.of(97, 0, 1, 0), undefined],
  [utf16Text, Uint8Array.of(97), undefined],
  [utf16Text, 'a', undefined],
  [processId, 4, 4],
  [processId, 0xffffffff, undefined],
  [processId, -1, undefined],
  [address, 255, '0xff'],
  [address, 2n ** 63n, '0x8000000000000000'],
  [address, 'x', undefined],
  [fileTime, 116_444_736_000_000_000n, '1970-01-01T00:00:00.0000000Z'],
  [fileTime, 0, undefined],
  [status, -1073741819, 0xc0000005],
  [status, 0xc0000005, 0xc0000005],
  [status, 1n, undefined],
  [integrityLevel, 'S-1-16-8192', 'medium'],
  [integrityLevel, 'S-1-16-1', 'S-1-16-1'],
  [integrityLevel, '', undefined],
  [ipAddress, '::1', '::1'],
  [ipAddress, 0x0100007f, '127.0.0.1'],
  [ipAddress, '', undefined],
  [ipAddress, 1n, undefined],
  [baseName, 'C:\\Windows\\cmd.exe', 'cmd.exe'],
  [baseName, 'cmd.exe', 'cmd.exe'],
  [baseName, '/usr/bin/sh', 'sh'],
  [baseName, 'C:\\Windows\\', undefined],
  [baseName, '', undefined],
  [extension, 'C:\\a.b\\c.tar.GZ', 'GZ'],
  [extension, 'C:\\a.b\\c', undefined],
  [extension, '.profile', undefined],
  [extension, 'c.', undefined],
  [extension, 'a.txt:Zone.Identifier', 'txt'],
  [extension, 'a:Zone.Identifier', undefined],
  [extension, ':x', undefined],
];
for (const [convert, value, converted] of cases) {
  test(`${convert.name} of ${typeof value} ${String(value)}`, () => assert.equal(convert(value), converted));
}

test('a field without a named conversion needs a type that has a plain one', () => {
  assert.throws(() => field('QueryResults', Attr.dnsAnswers), /dns\.answers/);
});

const anyValue: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.constant(undefined),
  fc.double(),
  fc.integer(),
  fc.maxSafeNat(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.boolean(),
  fc.string(),
  fc.uint8Array({ maxLength: 12 }),
  fc.array(fc.integer(), { maxLength: 3 }),
);

const TYPE_OF = { string: 'string', int: 'number', double: 'number', bool: 'boolean' } as const;

test('every conversion of every table yields its attribute’s type or nothing, whatever the payload holds', () => {
  const fields = PROVIDER_MAPPINGS.flatMap((mapping) => Object.values(mapping.events)).flatMap(
    (event) => event.fields,
  );
  assert.ok(fields.length > 100);
  fc.assert(
    fc.property(anyValue, anyValue, (value, beside) => {
      for (const { convert, to } of fields) {
        const converted = convert(value, beside);
        if (converted === undefined) continue;
        if (to.type === 'string[]')
          assert.ok(Array.isArray(converted) && converted.every((v) => typeof v === 'string'));
        else assert.equal(typeof converted, TYPE_OF[to.type as keyof typeof TYPE_OF], to.name);
        if (to.type === 'int') assert.ok(Number.isSafeInteger(converted), to.name);
      }
    }),
    { numRuns: 300 },
  );
});
