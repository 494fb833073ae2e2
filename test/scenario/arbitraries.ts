import * as fc from 'fast-check';
import type { Field, FieldValue, InType } from '../../src/etw/schema.ts';
import type { SessionSpec } from './etl_writer.ts';
import type { EventSpec } from './event_headers.ts';
import { item } from './extended_items.ts';
import type { WriteValue } from './payload_writer.ts';

/** A field, a value to write into it, and what a reader shall make of that. */
export interface Sample {
  readonly field: Field;
  readonly value: WriteValue;
  readonly expected: FieldValue;
}

type Value = readonly [value: WriteValue, expected: FieldValue];

const same = (value: number | string): Value => [value, value];
const integer = (min: number, max: number) => fc.integer({ min, max }).map(same);
const exact = (value: bigint): FieldValue =>
  BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
const wide = (arbitrary: fc.Arbitrary<bigint>) => arbitrary.map((value): Value => [value, exact(value)]);
const u64 = wide(
  fc.oneof(fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }), fc.bigInt({ min: 0n, max: 5000n })),
);
/** A C string ends at its NUL, so it holds none. */
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.replaceAll('\0', '0'));
const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 30 });
const bytes = fc.uint8Array({ maxLength: 40 }).map((value): Value => [value, value]);
const sid = fc
  .tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.array(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 1, maxLength: 15 }),
  )
  .map(([authority, parts]) => ['S-1', authority, ...parts].join('-'));
const two = (value: number) => String(value).padStart(2, '0');
const systemTime = fc
  .tuple(...[9999, 12, 6, 31, 23, 59, 59, 999].map((max) => fc.integer({ min: 0, max })))
  .map((parts): Value => {
    const [year = 0, month = 0, , day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts;
    const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
    return [parts, `${date}T${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, '0')}`];
  });

/** Values of the types that need no length. */
const VALUES: Readonly<Record<Exclude<InType, 'Struct' | 'Binary'>, fc.Arbitrary<Value>>> = {
  Int8: integer(-128, 127),
  UInt8: integer(0, 255),
  Int16: integer(-0x8000, 0x7fff),
  UInt16: integer(0, 0xffff),
  Int32: integer(-0x8000_0000, 0x7fff_ffff),
  UInt32: integer(0, 0xffff_ffff),
  HexInt32: integer(0, 0xffff_ffff),
  Boolean: fc.boolean().map((value): Value => [value, value]),
  Int64: wide(fc.bigInt({ min: -0x8000_0000_0000_0000n, max: 0x7fff_ffff_ffff_ffffn })),
  UInt64: u64,
  HexInt64: u64,
  FILETIME: u64,
  // 32 bits, so that either pointer size holds it.
  Pointer: integer(0, 0xffff_ffff),
  SizeT: integer(0, 0xffff_ffff),
  Float: fc.float().map(same),
  Double: fc.double().map(same),
  GUID: fc.uuid().map(same),
  SID: sid.map(same),
  // None (null) cannot be told from some values behind it; see the table in payload_writer.test.ts.
  WbemSid: sid.map(same),
  SYSTEMTIME: systemTime,
  UnicodeString: text.map(same),
  AnsiString: ascii.map(same),
  UnicodeChar: fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => same(String.fromCharCode(code))),
  AnsiChar: fc.integer({ min: 0x20, max: 0xff }).map((code) => same(String.fromCharCode(code))),
  CountedUnicodeString: text.map(same),
  CountedAnsiString: ascii.map(same),
  CountedBinary: bytes,
};
const SCALARS = Object.keys(VALUES) as (keyof typeof VALUES)[];

/** Makes a field's sample (and the samples of the fields it refers to) for the place it gets in the list. */
type Piece = (index: number) => readonly Sample[];

const scalar = fc.constantFrom(...SCALARS).chain((inType) =>
  VALUES[inType].map(
    ([value, expected]): Piece =>
      (index) => [{ field: { name: `f${index}`, inType }, value, expected }],
  ),
);

const array = fc
  .tuple(
    fc.constantFrom(...SCALARS.filter((type) => !type.endsWith('Char'))),
    fc.constantFrom('prefix', 'constant', 'field'),
  )
  .chain(([inType, how]) =>
    fc.array(VALUES[inType], { maxLength: 5 }).map(
      (elements): Piece =>
        (index) => {
          const value = elements.map(([written]) => written);
          const expected = elements.map(([, read]) => read);
          if (how !== 'field') {
            const count = how === 'prefix' ? ('prefix' as const) : elements.length;
            return [{ field: { name: `f${index}`, inType, count }, value, expected }];
          }
          return [
            lengthField(index, elements.length),
            { field: { name: `f${index + 1}`, inType, count: { field: index } }, value, expected },
          ];
        },
    ),
  );

const sized = fc
  .tuple(fc.constantFrom<InType>('Binary', 'UnicodeString', 'AnsiString'), fc.boolean(), bytes, ascii)
  .map(
    ([inType, constant, [data], words]): Piece =>
      (index) => {
        const value = inType === 'Binary' ? data : words;
        const length = value instanceof Uint8Array || typeof value === 'string' ? value.length : 0;
        const name = `f${constant ? index : index + 1}`;
        const field = { name, inType, length: constant ? length : { field: index } };
        const sample = { field, value, expected: value as FieldValue };
        return constant ? [sample] : [lengthField(index, length), sample];
      },
  );

function lengthField(index: number, value: number): Sample {
  return { field: { name: `f${index}`, inType: 'UInt16' }, value, expected: value };
}

function place(pieces: readonly Piece[]): Sample[] {
  const samples: Sample[] = [];
  for (const piece of pieces) samples.push(...piece(samples.length));
  return samples;
}

const struct = fc
  .tuple(
    fc.array(fc.oneof(scalar, sized, array), { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(
    ([pieces, count]): Piece =>
      (index) => {
        const members = place(pieces);
        const value = Object.fromEntries(members.map((member) => [member.field.name, member.value]));
        const expected = Object.assign(
          Object.create(null) as Record<string, FieldValue>,
          Object.fromEntries(members.map((member) => [member.field.name, member.expected])),
        );
        const field = {
          name: `f${index}`,
          inType: 'Struct' as const,
          fields: members.map((member) => member.field),
        };
        if (count === 0) return [{ field, value, expected }];
        const times = <T>(one: T) => Array.from({ length: count }, () => one);
        return [{ field: { ...field, count }, value: times(value), expected: times(expected) }];
      },
  );

/** Payloads of all types, arrays, structs and lengths. */
export const samples: fc.Arbitrary<Sample[]> = fc
  .array(fc.oneof({ weight: 4, arbitrary: scalar }, sized, array, struct), { maxLength: 8 })
  .map(place);

const guid = fc.uuid();
const payload = fc.uint8Array({ maxLength: 200 });
const pointerSize = fc.constantFrom<4 | 8>(4, 8);
const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const id32 = fc.integer({ min: 0, max: 0x7fff_ffff });
const items = fc.subarray(
  [
    item.sid('S-1-5-18'),
    item.terminalSession(3),
    item.stack(8, 1n, [0xffff_8000_0000_0000n]),
    item.stack(4, 1n, [1n, 2n, 3n]),
    item.processStartKey(9n),
    item.eventKey(9n),
    item.containerId('5d2f3b4c-8a61-4f0e-9d27-1c6b7a90e5f3'),
    item.psmKey('key'),
    item.qpcDelta(-1n),
    item.relatedActivityId('11111111-2222-3333-4444-555555555555'),
  ],
  { minLength: 0 },
);

/** An event of every header type but MESSAGE and ERROR; its time is left to the caller. */
export const event: fc.Arbitrary<(time: bigint, cpu: number) => EventSpec> = fc.oneof(
  fc
    .record({
      provider: guid,
      id: fc.integer({ min: 0, max: 0xfffd }),
      version: u8,
      channel: fc.constantFrom(0, 16, 17),
      level: u8,
      opcode: u8,
      task: fc.integer({ min: 0, max: 0xfffd }),
      keywords: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
      activityId: guid,
      items,
      pid: id32,
      tid: id32,
      pointerSize,
      payload,
    })
    .map(
      (spec) =>
        (time: bigint, cpu: number): EventSpec => ({ header: 'event', ...spec, time, cpu }),
    ),
  fc
    .record({
      header: fc.constantFrom('system', 'compact', 'perfinfo'),
      group: fc.integer({ min: 1, max: 0x30 }),
      type: u8,
      version: u8,
      pid: id32,
      tid: id32,
      pointerSize,
      payload,
      pmc: fc.array(fc.bigInt({ min: 0n, max: 99n }), { maxLength: 7 }),
    })
    .map(
      (spec) =>
        (time: bigint, cpu: number): EventSpec => ({ ...spec, time, cpu }),
    ),
  fc
    .record({
      header: fc.constantFrom('full', 'instance'),
      guid,
      opcode: u8,
      level: u8,
      version: u16,
      pid: id32,
      tid: id32,
      pointerSize,
      payload,
    })
    .map(
      (spec) =>
        (time: bigint, cpu: number): EventSpec => ({ ...spec, time, cpu }),
    ),
);

/** Sessions of all clocks, both bitnesses, old and new Windows, compressed or not. */
export const session: fc.Arbitrary<SessionSpec> = fc.record({
  pointerSize,
  bufferSize: fc.constantFrom(4096, 8192, 65_536),
  clock: fc.constantFrom('qpc', 'system', 'cpu', 'raw'),
  perfFreq: fc.constantFrom(1_818_300, 2_109_960, 3_513_594, 10_000_000, 14_318_180),
  cpuMhz: fc.integer({ min: 800, max: 5000 }),
  processors: fc.integer({ min: 8, max: 64 }),
  compress: fc.boolean(),
  win7: fc.boolean(),
});
