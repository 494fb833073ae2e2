import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { guidBytes } from '../../../test/scenario/identifiers.ts';
import { readMapInfo } from './map_info.ts';

const GUID = 'acc5d9d8-4fbd-4d73-bb5b-19c90402c5ac';

/** GUID, then EVENT_MAP_INFO with its texts behind the entries. */
function mapInfo(
  flags: number,
  entries: readonly (readonly [number, string])[],
  count = entries.length,
): Buffer {
  const bytes = Buffer.alloc(16 + 16 + 8 * entries.length + 512 + 4 * entries.join('').length);
  bytes.set(guidBytes(GUID));
  let end = 32 + 8 * entries.length;
  const text = (value: string): number => {
    const at = end;
    end += bytes.write(`${value} \0`, at, 'utf16le');
    return at - 16;
  };
  bytes.writeUInt32LE(text('DirectionTag'), 16);
  bytes.writeUInt32LE(flags, 20);
  bytes.writeUInt32LE(count, 24);
  for (const [i, [value, name]] of entries.entries()) {
    bytes.writeUInt32LE(text(name), 32 + 8 * i);
    bytes.writeUInt32LE(value, 36 + 8 * i);
  }
  return bytes.subarray(0, end);
}

function read(bytes: Buffer): ReturnType<typeof readMapInfo> {
  return readMapInfo(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

test('reads value maps and bit maps', () => {
  assert.deepEqual(
    read(
      mapInfo(1, [
        [0, 'None'],
        [1, 'In'],
      ]),
    ),
    {
      guid: GUID,
      name: 'DirectionTag',
      map: {
        kind: 'values',
        names: new Map([
          [0, 'None'],
          [1, 'In'],
        ]),
      },
    },
  );
  assert.equal(read(mapInfo(2, [[4, 'Flag']]))?.map.kind, 'bits');
});

test('names are cut at 1,024 characters, so that many entries with one text stay small', () => {
  const map = read(mapInfo(1, [[7, 'x'.repeat(1500)]]))?.map;
  assert.equal(map?.names.get(7)?.length, 1024);
});

for (const { name, bytes } of [
  { name: 'cut off', bytes: mapInfo(1, [[0, 'None']]).subarray(0, 30) },
  { name: 'of more entries than it holds', bytes: mapInfo(1, [[0, 'None']], 4000) },
  { name: 'of another kind', bytes: mapInfo(8, [[0, 'None']]) },
]) {
  test(`a map ${name} is not believed`, () => assert.equal(read(bytes), undefined));
}
