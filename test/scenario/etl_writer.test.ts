import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import type { SessionSpec, TraceStep } from './etl_writer.ts';
import { writeTrace } from './etl_writer.ts';
import type { EventSpec } from './event_headers.ts';
import { encodeEvent } from './event_headers.ts';
import { item } from './extended_items.ts';
import { decompressXpressReference } from './xpress_reference.ts';

// This file reads bytes by the published offsets and shares nothing with the writer or with src/etw.

const GUID = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const GUID_BYTES = 'd62cfb227b0e2b42a0c72fad1fd0e716';
const at = (time: number, cpu = 0, size = 100): EventSpec => ({
  header: 'event',
  time,
  cpu,
  provider: GUID,
  payload: new Uint8Array(size),
});

interface RawBuffer {
  readonly size: number;
  readonly saved: number;
  readonly current: number;
  readonly time: bigint;
  readonly sequence: bigint;
  readonly cpu: number;
  readonly alignment: number;
  readonly state: number;
  readonly filled: number;
  readonly flags: number;
  readonly type: number;
  readonly bytes: Buffer;
}

function buffersOf(file: Uint8Array): RawBuffer[] {
  const bytes = Buffer.from(file);
  const buffers: RawBuffer[] = [];
  for (let p = 0; p < bytes.length; p += bytes.readUInt32LE(p)) {
    buffers.push({
      size: bytes.readUInt32LE(p),
      saved: bytes.readUInt32LE(p + 4),
      current: bytes.readUInt32LE(p + 8),
      time: bytes.readBigInt64LE(p + 0x10),
      sequence: bytes.readBigInt64LE(p + 0x18),
      cpu: bytes.readUInt8(p + 0x28),
      alignment: bytes.readUInt8(p + 0x29),
      state: bytes.readUInt32LE(p + 0x2c),
      filled: bytes.readUInt32LE(p + 0x30),
      flags: bytes.readUInt16LE(p + 0x34),
      type: bytes.readUInt16LE(p + 0x36),
      bytes: bytes.subarray(p, p + bytes.readUInt32LE(p)),
    });
  }
  return buffers;
}

function write(steps: TraceStep[], session: SessionSpec = {}): RawBuffer[] {
  return buffersOf(writeTrace({ bufferSize: 1024, startClock: 0, ...session, steps }));
}

test('a file is its header buffer and then buffers of one size, filled up with 0xFF', () => {
  const [header, first, ...more] = write([at(1), at(2)]);
  assert.ok(header !== undefined && first !== undefined && more.length === 0);
  assert.deepEqual(
    [header.size, header.type, header.flags, header.time, header.sequence],
    [1024, 4, 0x21, 0n, 0n],
  );
  assert.deepEqual(
    [first.size, first.type, first.flags, first.time, first.sequence],
    [1024, 0, 0x21, 2n, 1n],
  );
  // Two events of 80 + 100 bytes, each padded to 184.
  assert.deepEqual([first.filled, first.saved, first.state], [72 + 2 * 184, 72 + 2 * 184, 3]);
  assert.ok(first.bytes.subarray(first.filled).every((byte) => byte === 0xff));
  assert.ok(first.current > first.size);
});

test('a processor stores its buffer when the next event does not fit; the rest follow at the end', () => {
  const steps = [at(1, 0), ...Array.from({ length: 6 }, (_, i) => at(2 + i, 1)), at(9, 0)];
  const stored = write(steps).slice(1);
  assert.deepEqual(
    stored.map(({ cpu, sequence, time, flags }) => [cpu, sequence, time, flags]),
    [
      [1, 2n, 7n, 0x20],
      [0, 1n, 9n, 0x20],
      [1, 3n, 9n, 0x21],
    ],
  );
});

const LOSSES: [
  title: string,
  step: TraceStep,
  flags: number[],
  sequences: bigint[],
  events: number,
  buffers: number,
][] = [
  [
    'lost events mark the next buffer and are counted',
    { action: 'lose_events', cpu: 0, count: 3 },
    [0x21, 0x23],
    [1n, 2n],
    3,
    0,
  ],
  [
    'a lost buffer leaves a gap and marks its successor',
    { action: 'lose_buffer', cpu: 0 },
    [0x25],
    [2n],
    0,
    1,
  ],
];
for (const [title, step, flags, sequences, events, buffers] of LOSSES) {
  test(title, () => {
    const [header, ...stored] = write([at(1), step, { action: 'flush', time: 2 }, at(3)]);
    assert.ok(header !== undefined);
    assert.deepEqual(
      stored.map((b) => b.flags),
      flags,
    );
    assert.deepEqual(
      stored.map((b) => b.sequence),
      sequences,
    );
    const payload = header.bytes.subarray(72 + 32);
    assert.deepEqual([payload.readUInt32LE(0x30), payload.readUInt32LE(0x114)], [events, buffers]);
  });
}

test('Windows 7 buffers carry a one-byte processor number and the alignment, and no flag 0x20', () => {
  const [header, first] = write([at(1, 3)], { osMajor: 6, osMinor: 1, osBuild: 7601 });
  assert.deepEqual([header?.flags, header?.alignment], [0x01, 8]);
  assert.deepEqual([first?.flags, first?.cpu, first?.alignment], [0x01, 3, 8]);
});

const HEADERS: [title: string, session: SessionSpec, at: number, width: 1 | 4 | 8, value: number | bigint][] =
  [
    ['64-bit: BufferSize', { bufferSize: 2048 }, 0x00, 4, 2048],
    ['64-bit: OS major', {}, 0x04, 1, 10],
    ['64-bit: format minor', {}, 0x07, 1, 5],
    ['compressed: format major', { compress: true }, 0x06, 1, 2],
    ['compressed: format minor', { compress: true }, 0x07, 1, 0],
    ['64-bit: build', { osBuild: 26100 }, 0x08, 4, 26100],
    ['64-bit: processors', { processors: 12 }, 0x0c, 4, 12],
    ['64-bit: EndTime', { endTime: 77n }, 0x10, 8, 77n],
    ['64-bit: LogFileMode', { compress: true }, 0x20, 4, 0xc000001],
    ['64-bit: BuffersWritten', {}, 0x24, 4, 2],
    ['a session that still runs has stale BuffersWritten', { buffersWritten: 0 }, 0x24, 4, 0],
    ['64-bit: PointerSize', {}, 0x2c, 4, 8],
    ['64-bit: EventsLost', { eventsLost: 5 }, 0x30, 4, 5],
    ['64-bit: CpuSpeedInMHz', { cpuMhz: 3100 }, 0x34, 4, 3100],
    ['64-bit: BootTime', { bootTime: 5n }, 0xf8, 8, 5n],
    ['64-bit: PerfFreq', { perfFreq: 14_318_180 }, 0x100, 8, 14_318_180n],
    ['64-bit: StartTime', { startTime: 9n }, 0x108, 8, 9n],
    ['64-bit: clock type', { clock: 'cpu' }, 0x110, 4, 3],
    ['64-bit: BuffersLost', { buffersLost: 6 }, 0x114, 4, 6],
    ['32-bit: PointerSize', { pointerSize: 4 }, 0x2c, 4, 4],
    ['32-bit: BootTime', { pointerSize: 4, bootTime: 5n }, 0xf0, 8, 5n],
    ['32-bit: PerfFreq', { pointerSize: 4 }, 0xf8, 8, 10_000_000n],
    ['32-bit: clock type', { pointerSize: 4, clock: 'system' }, 0x108, 4, 2],
    ['32-bit: BuffersLost', { pointerSize: 4, buffersLost: 6 }, 0x10c, 4, 6],
  ];
for (const [title, session, offset, width, value] of HEADERS) {
  test(`log header, ${title}`, () => {
    const payload = write([at(1)], session)[0]?.bytes.subarray(72 + 32) ?? Buffer.alloc(0);
    const read =
      width === 8
        ? payload.readBigInt64LE(offset)
        : width === 4
          ? payload.readUInt32LE(offset)
          : payload.readUInt8(offset);
    assert.equal(read, value);
  });
}

for (const pointerSize of [4, 8] as const) {
  test(`log header, ${pointerSize * 8}-bit: names behind the structure, marker by bitness`, () => {
    const [header] = write([], { pointerSize, loggerName: 'L', logFileName: 'F' });
    const event = header?.bytes.subarray(72) ?? Buffer.alloc(0);
    assert.equal(event.readUInt32LE(0), pointerSize === 8 ? 0xc002_0002 : 0xc001_0002);
    const names = event.subarray(32 + (pointerSize === 8 ? 0x118 : 0x110), event.readUInt16LE(4));
    assert.equal(names.toString('utf16le'), 'L\0F\0');
  });
}

test('compressed buffers hold the same events, stored unaligned under a plain, short header buffer', () => {
  const steps = Array.from({ length: 40 }, (_, i) => at(i + 1, i % 2));
  const plain = write(steps).slice(1);
  const [header, ...packed] = write(steps, { compress: true });
  assert.deepEqual([header?.size, header?.flags], [1024, 0x01]);
  assert.equal(packed.length, plain.length);
  packed.forEach((buffer, i) => {
    assert.equal(buffer.flags & 0x60, 0x60);
    assert.ok(buffer.size < 1024);
    const data = decompressXpressReference(buffer.bytes.subarray(72), buffer.filled - 72);
    const wanted = plain[i]?.bytes.subarray(72, plain[i]?.filled);
    assert.ok(wanted?.equals(data));
  });
});

const EVENTS: [title: string, event: EventSpec, bytes: string][] = [
  [
    'EVENT_HEADER with payload',
    {
      header: 'event',
      time: 0x0102n,
      pid: 4,
      tid: 8,
      provider: GUID,
      id: 1,
      version: 3,
      channel: 16,
      level: 4,
      opcode: 1,
      task: 1,
      keywords: 0x8000_0000_0000_0010n,
      kernelTime: 5,
      userTime: 6,
      activityId: GUID,
      payload: Uint8Array.of(0xaa),
    },
    `510013c00000000008000000040000000201000000000000${GUID_BYTES}0100031004010100` +
      `10000000000000800500000006000000${GUID_BYTES}aa`,
  ],
  [
    'EVENT_HEADER of a 32-bit process with items',
    {
      header: 'event',
      time: 1,
      provider: GUID,
      pointerSize: 4,
      items: [item.terminalSession(3), item.processStartKey(5n)],
    },
    `700012c001000000${'00'.repeat(8)}0100000000000000${GUID_BYTES}${'00'.repeat(40)}` +
      '1000030001000400 0300000000000000 10000d0000000800 0500000000000000',
  ],
  [
    'SYSTEM64',
    {
      header: 'system',
      time: 1,
      pid: 4,
      tid: 8,
      group: 3,
      type: 1,
      version: 4,
      kernelTime: 1,
      userTime: 2,
      payload: Uint8Array.of(0xaa),
    },
    '040002c02100010308000000040000000100000000000000 0100000002000000aa',
  ],
  [
    'SYSTEM32',
    { header: 'system', time: 1, pointerSize: 4, group: 0, type: 0 },
    '000001c020000000 0000000000000000 0100000000000000 0000000000000000',
  ],
  [
    'COMPACT64',
    { header: 'compact', time: 1, pid: 4, tid: 8, group: 5, type: 2 },
    '000004c018000205 08000000040000000100000000000000',
  ],
  [
    'COMPACT32',
    { header: 'compact', time: 1, pointerSize: 4, group: 5, type: 2 },
    '000003c018000205 0000000000000000 0100000000000000',
  ],
  [
    'PERFINFO64',
    { header: 'perfinfo', time: 1, group: 15, type: 46, version: 2 },
    '020011c010002e0f0100000000000000',
  ],
  [
    'PERFINFO32 with PEBS and counters',
    { header: 'perfinfo', time: 1, pointerSize: 4, group: 15, type: 46, version: 2, pebs: 7n, pmc: [8n, 9n] },
    '028210c028002e0f0100000000000000 0700000000000000 0800000000000000 0900000000000000',
  ],
  [
    'FULL_HEADER64',
    { header: 'full', time: 1, pid: 4, tid: 8, guid: GUID, opcode: 36, level: 2, version: 258 },
    `300014c024020201 0800000004000000 0100000000000000 ${GUID_BYTES}${'00'.repeat(8)}`,
  ],
  [
    'FULL_HEADER32',
    { header: 'full', time: 1, pointerSize: 4, guid: GUID },
    `30000ac0${'00'.repeat(12)}0100000000000000${GUID_BYTES}${'00'.repeat(8)}`,
  ],
  [
    'INSTANCE64',
    { header: 'instance', time: 1, guid: GUID, instanceId: 1, parentInstanceId: 2, parentGuid: GUID },
    `480015c0${'00'.repeat(12)}0100000000000000${GUID_BYTES}${'00'.repeat(8)}0100000002000000${GUID_BYTES}`,
  ],
  [
    'INSTANCE32',
    { header: 'instance', time: 1, pointerSize: 4, guid: GUID },
    `48000bc0${'00'.repeat(12)}0100000000000000${GUID_BYTES}${'00'.repeat(32)}`,
  ],
  [
    'ERROR',
    { header: 'error', time: 1, provider: GUID },
    `50000dc0${'00'.repeat(12)}0100000000000000${GUID_BYTES}${'00'.repeat(40)}`,
  ],
  [
    'MESSAGE with all fields',
    {
      header: 'message',
      number: 10,
      sequence: 1,
      guid: GUID,
      time: 2,
      pid: 4,
      tid: 8,
      payload: Uint8Array.of(0xaa),
    },
    `2d0000900a00bb0001000000${GUID_BYTES}02000000000000000800000004000000aa`,
  ],
  [
    'MESSAGE of a component without time',
    { header: 'message', number: 10, componentId: 9, pointerSize: 4 },
    '0c0000900a00440009000000',
  ],
];
for (const [title, event, bytes] of EVENTS) {
  test(`event bytes: ${title}`, () =>
    assert.equal(Buffer.from(encodeEvent(event)).toString('hex'), bytes.replaceAll(' ', '')));
}

test('an event that no buffer can hold is refused', () => {
  assert.throws(() => write([at(1, 0, 2000)]), /in buffers of 1024/);
  assert.throws(() => encodeEvent(at(1, 0, 0xffff)), /65615 bytes/);
});

test('the end time follows from the last event by the clock', () => {
  const cases: [SessionSpec, number, bigint][] = [
    [{ perfFreq: 1_000 }, 2_000, 20_000_000n],
    [{ clock: 'system' }, 500, 500n],
    [{ clock: 'cpu', cpuMhz: 2000 }, 2_000, 10n],
  ];
  for (const [session, time, passed] of cases) {
    const payload = write([at(time)], { startTime: 1_000n, ...session })[0]?.bytes.subarray(104);
    assert.equal(payload?.readBigInt64LE(0x10), 1_000n + passed);
  }
});
