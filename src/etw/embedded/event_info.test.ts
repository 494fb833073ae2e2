import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { guidBytes } from '../../../test/scenario/identifiers.ts';
import { readEventInfo } from './event_info.ts';

const GUID = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';

interface Property {
  readonly name: string;
  readonly flags?: number;
  readonly in: number;
  readonly out?: number;
  readonly count?: number;
  readonly length?: number;
}

/** A TRACE_EVENT_INFO as tdh.h lays it out; struct members stand behind the top-level properties. */
function eventInfo(properties: readonly Property[], top: number): Buffer {
  const fixed = 112 + 24 * properties.length;
  const bytes = Buffer.alloc(fixed + 2048 + 16 * properties.length);
  let end = fixed;
  const text = (value: string): number => {
    const at = end;
    end += bytes.write(`${value}\0`, at, 'utf16le');
    return at;
  };
  bytes.set(guidBytes(GUID), 0);
  bytes.writeUInt16LE(7, 32);
  bytes.writeUInt8(2, 34);
  bytes.writeUInt32LE(text('Shop-Provider '), 52);
  bytes.writeUInt32LE(text('Order'), 68);
  bytes.writeUInt32LE(text('Start'), 72);
  bytes.writeUInt32LE(properties.length, 100);
  bytes.writeUInt32LE(top, 104);
  for (const [i, p] of properties.entries()) {
    const at = 112 + 24 * i;
    bytes.writeUInt32LE(p.flags ?? 0, at);
    bytes.writeUInt32LE(text(p.name), at + 4);
    bytes.writeUInt16LE(p.in, at + 8);
    bytes.writeUInt16LE(p.out ?? 0, at + 10);
    bytes.writeUInt16LE(p.count ?? 1, at + 16);
    bytes.writeUInt16LE(p.length ?? 0, at + 18);
  }
  return bytes.subarray(0, end);
}

function read(bytes: Buffer): ReturnType<typeof readEventInfo> {
  return readEventInfo(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

test('reads properties, references, arrays and structs', () => {
  const found = read(
    eventInfo(
      [
        { name: 'Size', in: 8 },
        { name: 'Data', in: 14, flags: 0x2, length: 0 },
        { name: 'Ports', in: 6, out: 22, flags: 0x4, count: 0 },
        { name: 'Lines', in: 5, out: 2, flags: 0x1 | 0x20, count: 3 },
        { name: 'Address', in: 14, out: 24, length: 16 },
        { name: 'Sku', in: 1 },
        { name: 'Amount', in: 8, out: 0 },
      ],
      5,
    ),
  );
  assert.deepEqual(found, {
    guid: GUID,
    id: 7,
    version: 2,
    schema: {
      provider: 'Shop-Provider',
      event: 'Order/Start',
      source: 'embedded',
      fields: [
        { name: 'Size', inType: 'UInt32' },
        { name: 'Data', inType: 'Binary', length: { field: 0 } },
        { name: 'Ports', inType: 'UInt16', outType: 'port', count: { field: 0 } },
        {
          name: 'Lines',
          inType: 'Struct',
          fields: [
            { name: 'Sku', inType: 'UnicodeString' },
            { name: 'Amount', inType: 'UInt32' },
          ],
          count: 3,
        },
        { name: 'Address', inType: 'Binary', outType: 'ipv6', length: 16 },
      ],
    },
  });
});

/** 10 layers of 100 structs, each with all structs of the next layer as its members. */
function nested(): Property[] {
  return Array.from({ length: 1000 }, (_, i) =>
    i < 900 ? { name: 'S', in: (Math.floor(i / 100) + 1) * 100, out: 100, flags: 1 } : { name: 'F', in: 8 },
  );
}

for (const { name, bytes } of [
  { name: 'cut off', bytes: eventInfo([{ name: 'A', in: 8 }], 1).subarray(0, 120) },
  { name: 'with a struct that holds itself', bytes: eventInfo([{ name: 'A', in: 0, out: 1, flags: 1 }], 1) },
  { name: 'whose structs share members without end', bytes: eventInfo(nested(), 100) },
  { name: 'with an unknown in type', bytes: eventInfo([{ name: 'A', in: 999 }], 1) },
  {
    name: 'with a length in a later field',
    bytes: eventInfo(
      [
        { name: 'A', in: 1, flags: 2, length: 1 },
        { name: 'B', in: 8 },
      ],
      2,
    ),
  },
  { name: 'with more top-level properties than properties', bytes: eventInfo([{ name: 'A', in: 8 }], 2) },
]) {
  test(`a description ${name} is not believed`, () => assert.equal(read(bytes), undefined));
}
