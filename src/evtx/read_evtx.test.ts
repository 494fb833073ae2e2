import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ByteWriter } from '../../test/scenario/bytes.ts';
import { type EvtxEvent, type EvtxValue, evtx, writeEvtx } from '../../test/scenario/evtx_writer.ts';
import type { EventLogEvent } from '../event_log/event.ts';
import { BinXmlError } from './binxml/node.ts';
import { BinXmlReader } from './binxml/reader.ts';
import { EvtxFileError, type EvtxPart, readEvtx } from './read_evtx.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-evtx-'));
after(() => rmSync(folder, { recursive: true }));

async function readBytes(bytes: Uint8Array): Promise<EvtxPart[]> {
  const path = join(folder, 'log.evtx');
  writeFileSync(path, bytes);
  const parts: EvtxPart[] = [];
  for await (const part of readEvtx(path)) parts.push(part);
  return parts;
}

async function readEvents(...events: readonly EvtxEvent[]): Promise<readonly EventLogEvent[]> {
  const parts = await readBytes(writeEvtx(events));
  assert.deepEqual(
    parts.flatMap(({ problems }) => problems),
    [],
  );
  return parts.flatMap((part) => part.events);
}

const LOCAL_SYSTEM = Uint8Array.from([1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);

test('an event with its head, and data by name', async () => {
  const [event] = await readEvents({
    provider: 'Contoso-Shop',
    guid: '11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78',
    id: 4711,
    channel: 'Contoso/Operational',
    computer: 'web-7',
    recordId: 99,
    time: 133_500_000_000_000_001n,
    pid: 1234,
    user: LOCAL_SYSTEM,
    data: [['Image', evtx.text('C:\\shop.exe')]],
  });
  assert.deepEqual(event, {
    provider: 'Contoso-Shop',
    providerId: '11cd958a-c507-4ef3-b3f2-5fd9dfbd2c78',
    eventId: 4711,
    version: 1,
    level: 4,
    task: 0,
    opcode: 0,
    keywords: 0x8000000000000010n,
    seconds: 1_705_526_400,
    nanoseconds: 100,
    recordId: 99,
    activityId: undefined,
    relatedActivityId: undefined,
    pid: 1234,
    tid: 77,
    channel: 'Contoso/Operational',
    computer: 'web-7',
    user: 'S-1-5-18',
    data: [{ name: 'Image', inType: 'UnicodeString', value: 'C:\\shop.exe' }],
  });
});

const VALUES: readonly (readonly [what: string, value: EvtxValue, inType: string, read: unknown])[] = [
  ['nothing', evtx.none(), 'UnicodeString', undefined],
  ['a text', evtx.text('grüße'), 'UnicodeString', 'grüße'],
  ['an empty text', evtx.text(''), 'UnicodeString', ''],
  ['a text with NULs behind it', evtx.text('a\0\0'), 'UnicodeString', 'a'],
  ['an ANSI text', evtx.bytes(0x02, 0x61, 0x62, 0), 'AnsiString', 'ab'],
  ['int8', evtx.bytes(0x03, 0xff), 'Int8', -1],
  ['uint8', evtx.bytes(0x04, 0xff), 'UInt8', 255],
  ['int16', evtx.bytes(0x05, 0xfe, 0xff), 'Int16', -2],
  ['uint16', evtx.bytes(0x06, 0xfe, 0xff), 'UInt16', 65_534],
  ['int32', evtx.bytes(0x07, 0xff, 0xff, 0xff, 0xff), 'Int32', -1],
  ['uint32', evtx.u32(4_000_000_000), 'UInt32', 4_000_000_000],
  ['int64', evtx.bytes(0x09, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), 'Int64', -1],
  ['uint64', evtx.bytes(0x0a, 1, 0, 0, 0, 0, 0, 0, 0x80), 'UInt64', 0x8000000000000001n],
  ['float', evtx.bytes(0x0b, 0, 0, 0x80, 0x3f), 'Float', 1],
  ['double', evtx.bytes(0x0c, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f), 'Double', 1],
  ['boolean', evtx.bytes(0x0d, 1, 0, 0, 0), 'Boolean', true],
  ['boolean of one byte', evtx.bytes(0x0d, 0), 'Boolean', false],
  ['binary', evtx.bytes(0x0e, 1, 2, 3), 'Binary', Uint8Array.of(1, 2, 3)],
  [
    'GUID',
    evtx.bytes(
      0x0f,
      0x33,
      0x22,
      0x11,
      0,
      0x55,
      0x44,
      0x77,
      0x66,
      0x88,
      0x99,
      0xaa,
      0xbb,
      0xcc,
      0xdd,
      0xee,
      0xff,
    ),
    'GUID',
    '00112233-4455-6677-8899-aabbccddeeff',
  ],
  ['size_t', evtx.bytes(0x10, 1, 0, 0, 0), 'HexInt32', 1],
  ['FILETIME', evtx.filetime(5n), 'FILETIME', 5],
  [
    'SYSTEMTIME',
    evtx.bytes(0x12, 0xe8, 7, 1, 0, 0, 0, 17, 0, 21, 0, 20, 0, 0, 0, 5, 0),
    'SYSTEMTIME',
    '2024-01-17T21:20:00.005',
  ],
  ['SID', { type: 0x13, bytes: LOCAL_SYSTEM }, 'SID', 'S-1-5-18'],
  ['hex32', evtx.bytes(0x14, 0xe7, 3, 0, 0), 'HexInt32', 999],
  ['hex64', evtx.hex64(0x3e7n), 'HexInt64', 999],
  ['texts', evtx.bytes(0x81, 0x61, 0, 0, 0, 0x62, 0, 0, 0), 'UnicodeString', ['a', 'b']],
  ['numbers', evtx.bytes(0x86, 1, 0, 2, 0), 'UInt16', [1, 2]],
];
for (const [what, value, inType, read] of VALUES) {
  test(`a value: ${what}`, async () => {
    const [event] = await readEvents({ id: 1, data: [['V', value]] });
    assert.deepEqual(event?.data, [{ name: 'V', inType, value: read }]);
  });
}

test('records share a template, and names', async () => {
  const event = (n: number): EvtxEvent => ({ id: 1, data: [['N', evtx.u32(n)]] });
  const events = await readEvents(event(1), event(2), { id: 2, data: [['M', evtx.u32(3)]] });
  assert.deepEqual(
    events.map(({ recordId, data }) => [recordId, data[0]?.name, data[0]?.value]),
    [
      [1, 'N', 1],
      [2, 'N', 2],
      [3, 'M', 3],
    ],
  );
});

test('UserData, as elements in a value', async () => {
  const [event] = await readEvents({
    id: 1102,
    userData: [
      ['SubjectUserName', evtx.text('eve')],
      ['SubjectLogonId', evtx.hex64(0x3e7n)],
    ],
  });
  assert.deepEqual(event?.data, [
    { name: 'SubjectUserName', inType: 'UnicodeString', value: 'eve' },
    { name: 'SubjectLogonId', inType: 'HexInt64', value: 999 },
  ]);
});

const whole = writeEvtx([1, 2, 3].map((id) => ({ id, data: [['Text', evtx.text(`event ${id}`)]] })));
const FIRST = 4096 + 512;

test('damage costs the records it hits, and is said', async () => {
  const damaged = whole.slice();
  // The type of the first record's first value.
  const secondRecord = FIRST + new DataView(damaged.buffer).getUint32(FIRST + 4, true);
  damaged[secondRecord + 24 + 4] = 0x77;
  const [part] = await readBytes(damaged);
  assert.deepEqual(
    part?.events.map(({ eventId }) => eventId),
    [1, 3],
  );
  assert.equal(part.unread, 1);
  assert.deepEqual(part.problems, [
    "chunk at byte 4096: the checksum of the chunk's records is wrong",
    'record 2: token 0x77 in a document',
  ]);
});

test('a log that is cut in the middle of a record', async () => {
  const [part] = await readBytes(whole.subarray(0, FIRST + 2000));
  assert.ok((part?.events.length ?? 0) >= 1);
  assert.ok((part?.problems.length ?? 0) >= 1);
});

const NO_LOGS: readonly (readonly [what: string, bytes: Uint8Array, says: RegExp])[] = [
  ['nothing', new Uint8Array(), /shorter than the head/],
  ['a text', new TextEncoder().encode('x'.repeat(200)), /does not begin with ElfFile/],
  ['another version', Uint8Array.from(whole, (byte, i) => (i === 38 ? 4 : byte)), /version 4\.1/],
];
for (const [what, bytes, says] of NO_LOGS) {
  test(`no event log: ${what}`, async () => {
    await assert.rejects(
      readBytes(bytes),
      (error) => error instanceof EvtxFileError && says.test(error.message),
    );
  });
}

test('a value that a template uses again and again does not grow without bound', () => {
  const text = 'x'.repeat(10_000);
  const out = new ByteWriter().u8(0x0c).u8(1).u32(0).u32(10).u32(0).fill(16).u32(0);
  const body = out.length;
  out
    .u8(0x01)
    .u16(0)
    .u32(0)
    .u32(out.length + 4)
    .u32(0)
    .u16(0)
    .u16(1)
    .utf16('A')
    .u16(0)
    .u8(0x02);
  for (let i = 0; i < 1000; i++) out.u8(0x0d).u16(0).u8(0x01);
  out
    .u8(0x04)
    .u8(0)
    .setU32(30, out.length - body);
  const bytes = out
    .u32(1)
    .u16(2 * text.length)
    .u8(0x01)
    .u8(0)
    .utf16(text)
    .take();
  const reader = new BinXmlReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
  assert.throws(
    () => reader.read(0, bytes.length),
    (error) => error instanceof BinXmlError && error.message === 'a record that grows too large',
  );
});

test('whatever bytes stand there, it ends and only records are lost', async () => {
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const used = whole.findLastIndex((byte) => byte !== 0);
  for (let round = 0; round < 300; round++) {
    const damaged = whole.slice();
    for (let i = 0; i <= random(8); i++) damaged[FIRST + random(used - FIRST)] = random(256);
    const parts = await readBytes(damaged);
    for (const { events, unread, problems } of parts) {
      assert.ok(events.length + unread <= 3);
      assert.ok(problems.length > 0);
    }
  }
});
