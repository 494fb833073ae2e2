import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { until } from '../interop/peers/process.ts';
import { readHeader, readReference } from '../interop/reference_reader.ts';
import { haveTraces, ROOT, traceBytes, tracePath } from '../interop/shared_data.ts';
import { writeTrace } from '../scenario/etl_writer.ts';
import type { EventSpec } from '../scenario/event_headers.ts';
import { item } from '../scenario/extended_items.ts';
import { type StandinBench, standinBench } from './standin_bench.ts';
import { lineOfRecord, lineOfReference, printedRecords } from './standin_records.ts';

const found = await standinBench();
const skip = 'kind' in found ? found.reason : false;
const bench = (): StandinBench => ('kind' in found ? assert.fail(found.reason) : found);

const DEMO = gunzipSync(readFileSync(join(ROOT, 'config', 'demo', 'shop_attack.etl.gz')));
const PROVIDER = '22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716';
const TRACES: [title: string, bytes: () => Uint8Array][] = [
  ['the demo', () => DEMO],
  ...(haveTraces()
    ? ['kernel-network-w7', 'amsi-tl-w10', 'sawbuck-process-32-v3-win7', 'shutdown-kernel-w10']
    : []
  ).map((id): [string, () => Uint8Array] => [id, () => traceBytes(tracePath(id))]),
];

/** The buffers of a trace in the order in which they come live: the header's, then by flush time. */
function inOrder(trace: Uint8Array): Uint8Array {
  const bytes = Buffer.from(trace);
  const buffers: Buffer[] = [];
  for (let at = 0; at + 72 <= bytes.length; at += bytes.readUInt32LE(at))
    buffers.push(bytes.subarray(at, at + bytes.readUInt32LE(at)));
  const [header = bytes, ...rest] = buffers;
  const time = (buffer: Buffer) => buffer.readBigInt64LE(0x10);
  return Buffer.concat([
    header,
    ...rest.sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0)),
  ]);
}

/** What lies behind a buffer's events is not handed over. */
function withoutSlack(trace: Uint8Array): Buffer {
  const bytes = Buffer.from(trace);
  for (let at = 0; at + 72 <= bytes.length; at += bytes.readUInt32LE(at))
    bytes.fill(0xff, at + bytes.readUInt32LE(at + 0x30), at + bytes.readUInt32LE(at));
  return bytes;
}

for (const [title, load] of TRACES) {
  test(`${title}: both paths hand over every buffer and every event, in the order of flushes`, {
    skip,
  }, async (t) => {
    const machine = bench().machine(t);
    const trace = load();
    machine.standin.play(trace);
    machine.standin.control({ end: 1 });
    await machine.ask('start', 'R');
    await machine.ask('start', 'E');
    const raw = await machine.consume('raw', 'R');
    assert.ok(withoutSlack(inOrder(trace)).equals(Buffer.from(raw.bytes)));
    const records = printedRecords((await machine.consume('record', 'E')).bytes);
    const expected = [...readReference(raw.bytes)].map(lineOfReference);
    assert.equal(records.length, expected.length);
    const header = readHeader(Buffer.from(raw.bytes));
    // One by one: the difference of two long lists takes a minute to show.
    for (const [i, record] of records.entries())
      assert.equal(lineOfRecord(record, header), expected[i], `event ${i}`);
    for (const session of machine.standin.sessions()) {
      assert.equal(session.eventsWritten, expected.length);
      assert.equal(session.eventsDelivered, expected.length);
      assert.equal(session.buffersWritten, session.buffersDelivered);
    }
  });
}

const payload = Uint8Array.of(1, 2, 3);
const place = { time: 0, cpu: 0, payload, pid: 7, tid: 8 };
const IMAGE = '2cb15d1d-5fc1-11d2-abe1-00a0c911f518';
const PROCESS = '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c';
/** Flags: 0x20 32-bit, 0x40 64-bit, 0x100 classic, 0x200 processor index. */
const HEADERS: [title: string, event: EventSpec, provider: string, record: string, items: string][] = [
  [
    'EVENT_HEADER64 with items',
    {
      ...place,
      header: 'event',
      provider: PROVIDER,
      id: 5,
      version: 3,
      opcode: 2,
      level: 4,
      items: [item.terminalSession(3), item.processStartKey(9n)],
    },
    PROVIDER,
    '5 3 2 4 7 8 0x241',
    '3:4,13:8',
  ],
  [
    'EVENT_HEADER32',
    { ...place, header: 'event', provider: PROVIDER, id: 5, pointerSize: 4 },
    PROVIDER,
    '5 0 0 0 7 8 0x220',
    '',
  ],
  [
    'SYSTEM64',
    { ...place, header: 'system', group: 3, type: 1, version: 4 },
    PROCESS,
    '0 4 1 0 7 8 0x340',
    '',
  ],
  [
    'SYSTEM32, an image of the group of processes',
    { ...place, header: 'system', group: 3, type: 10, version: 2, pointerSize: 4 },
    IMAGE,
    '0 2 10 0 7 8 0x320',
    '',
  ],
  ['COMPACT64', { ...place, header: 'compact', group: 3, type: 2 }, PROCESS, '0 0 2 0 7 8 0x340', ''],
  [
    'PERFINFO64 with PEBS and counters',
    { ...place, header: 'perfinfo', group: 3, type: 2, version: 1, pebs: 1n, pmc: [2n, 3n] },
    PROCESS,
    '0 1 2 0 4294967295 4294967295 0x340',
    '7:8,8:16',
  ],
  [
    'EVENT_TRACE_HEADER',
    { ...place, header: 'full', guid: PROVIDER, opcode: 9, level: 4, version: 2 },
    PROVIDER,
    '0 2 9 4 7 8 0x340',
    '',
  ],
  [
    'EVENT_INSTANCE_GUID_HEADER',
    { ...place, header: 'instance', guid: PROVIDER, opcode: 9, instanceId: 1, pointerSize: 4 },
    PROVIDER,
    '0 0 9 0 7 8 0x320',
    '4:24',
  ],
  [
    'a WPP message',
    { ...place, header: 'message', number: 77, guid: PROVIDER },
    PROVIDER,
    '77 0 0 0 7 8 0x248',
    '',
  ],
  [
    'a WPP message without a process',
    { header: 'message', number: 78, cpu: 0, time: 0, guid: PROVIDER, sequence: 4, payload, pointerSize: 4 },
    PROVIDER,
    '78 0 0 0 4294967295 4294967295 0x228',
    '',
  ],
];

test('a record for each kind of header', { skip }, async (t) => {
  const machine = bench().machine(t);
  const steps = HEADERS.map(([, event], i): EventSpec => ({ ...event, time: 100 + i }));
  machine.standin.play(writeTrace({ startClock: 50, steps }));
  machine.standin.control({ end: 1 });
  await machine.ask('start', 'E');
  const records = printedRecords((await machine.consume('record', 'E')).bytes).slice(-steps.length);
  assert.deepEqual(
    records.map(({ time, provider, id, version, opcode, level, pid, tid, flags, items, payload }, i) => [
      HEADERS[i]?.[0],
      Number(time),
      provider,
      [id, version, opcode, level, pid, tid, `0x${flags.toString(16)}`].join(' '),
      items,
      payload,
    ]),
    HEADERS.map(([title, , provider, line, items], i) => [title, 100 + i, provider, line, items, '010203']),
  );
});

for (const path of ['raw', 'record'] as const) {
  test(`${path}: a stop from another process hands over the last buffers, then ProcessTrace returns`, {
    skip,
  }, async (t) => {
    const machine = bench().machine(t);
    machine.standin.play(DEMO);
    machine.standin.control({ loop: 100_000 });
    await machine.ask('start', 'S');
    const consumer = machine.start(path, 'S', '-');
    await until('events came', () => (machine.standin.session('S')?.eventsDelivered ?? 0) > 2000);
    const [stopped = ''] = await machine.ask('control', 'S', 1);
    const { stdout } = await consumer.ended;
    const session = machine.standin.session('S');
    assert.ok(session !== undefined && !session.running);
    assert.match(stdout, /process 0 /);
    assert.match(stopped, new RegExp(`control 0 name=S buffers=${session.buffersWritten} lost=0 rtlost=0`));
    assert.equal(session.buffersDelivered, session.buffersWritten);
    assert.equal(session.eventsDelivered, session.eventsWritten);
    assert.deepEqual(await machine.ask('control', 'S', 0), [
      'control 4201 name= buffers=0 lost=0 rtlost=0 mode=0x0',
    ]);
  });

  test(`${path}: CloseTrace from another thread ends it; the next consumer goes on behind`, {
    skip,
  }, async (t) => {
    const machine = bench().machine(t);
    machine.standin.play(DEMO);
    await machine.ask('start', 'S');
    const [, ...closed] = await machine.ask(path, 'S', '-', 300, 0, 60);
    assert.deepEqual(closed.toSorted()[0], 'close 7007');
    assert.match(closed.toSorted()[1] ?? '', /^process 0 /);
    const half = machine.standin.session('S');
    assert.ok(half !== undefined && half.buffersDelivered < 14, `${half?.buffersDelivered} buffers`);
    machine.standin.control({ end: 1 });
    await machine.ask(path, 'S', '-');
    const session = machine.standin.session('S');
    // Each consumer gets a header buffer of its own.
    assert.deepEqual([session?.buffersDelivered, session?.buffersWritten], [15, 15]);
  });

  test(`${path}: a consumer that is too slow loses buffers, and all are accounted for`, {
    skip,
  }, async (t) => {
    const machine = bench().machine(t);
    machine.standin.play(DEMO);
    machine.standin.control({ rate: 1_000_000, loop: 4, kernel_buffers: 3, end: 1 });
    await machine.ask('start', 'S');
    await machine.ask(path, 'S', '-', 0, 0, 10);
    const session = machine.standin.session('S');
    assert.ok(session !== undefined && session.realTimeBuffersLost > 0);
    assert.equal(session.buffersWritten, 1 + 4 * 13);
    assert.equal(session.buffersDelivered + session.realTimeBuffersLost, session.buffersWritten);
    assert.equal(session.eventsDelivered + session.eventsLost, session.eventsWritten);
  });
}

test('losses: flags in raw buffers, events of their own among records', { skip }, async (t) => {
  const machine = bench().machine(t);
  machine.standin.play(DEMO);
  machine.standin.control({ end: 1, lose_every: 5, events_lost: 3 });
  await machine.ask('start', 'R');
  await machine.ask('start', 'E');
  const raw = Buffer.from((await machine.consume('raw', 'R')).bytes);
  const flags: number[] = [];
  for (let at = 0; at < raw.length; at += raw.readUInt32LE(at)) flags.push(raw.readUInt16LE(at + 0x34) & 6);
  assert.deepEqual(flags, [0, 2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0]);
  const lost = printedRecords((await machine.consume('record', 'E')).bytes).filter(
    ({ provider }) => provider === '6a399ae0-4bc6-4de9-870b-3657f8947e7e',
  );
  assert.deepEqual(
    lost.map(({ opcode, flags, payload }) => [opcode, flags, payload]),
    [32, 33, 33].map((opcode) => [opcode, 0x340, '']),
  );
  for (const { eventsLost, realTimeBuffersLost } of machine.standin.sessions())
    assert.deepEqual([eventsLost, realTimeBuffersLost], [3, 2]);
  machine.standin.control({ events_lost: 10 });
  assert.match((await machine.ask('control', 'R', 0))[0] ?? '', / lost=10 rtlost=2 /);
});

test('a session outlives its killed consumer and controller', { skip }, async (t) => {
  const machine = bench().machine(t);
  machine.standin.play(DEMO);
  await machine.ask('start', 'S');
  const consumer = machine.start('raw', 'S', '-');
  await until('all came', () => (machine.standin.session('S')?.buffersDelivered ?? 0) === 14);
  await consumer.kill();
  assert.deepEqual(await machine.ask('start', 'S'), ['start 183 none']);
  assert.match((await machine.ask('control', 'S', 1))[0] ?? '', /^control 0 name=S buffers=14 /);
  assert.deepEqual(await machine.ask('start', 'S'), ['start 0 handle']);
});

test('streams that a self-check refuses', { skip }, async (t) => {
  const machine = bench().machine(t);
  machine.standin.play(DEMO);
  machine.standin.control({ end: 1, bad_filled: 1 });
  await machine.ask('start', 'S');
  assert.ok((await machine.ask('raw', 'S', '-')).includes('overfull 2'));
  assert.equal(machine.standin.session('S')?.buffersDelivered, 14);
  machine.standin.control({ bad_filled: '', no_header: 1, loop: 2 });
  const { bytes } = await machine.consume('raw', 'S', 0, 1);
  assert.equal(Buffer.from(bytes).readUInt16LE(0x36), 0);
  // Refused, it is still there for the other path.
  assert.equal((await machine.consume('record', 'S')).lines.at(1), 'process 0 seen=840');
});

test('a build without OpenTraceFromRealTimeLogger', { skip }, async (t) => {
  const machine = bench().machine(t, 'server2019');
  machine.standin.play(DEMO);
  machine.standin.control({ end: 1 });
  await machine.ask('start', 'S');
  assert.deepEqual(await machine.ask('raw', 'S', '-'), ['absent']);
  assert.ok((await machine.ask('record', 'S', '-')).includes('process 0 seen=840'));
});

test('a silent session has a header buffer, and waits', { skip }, async (t) => {
  const machine = bench().machine(t);
  await machine.ask('start', 'S');
  const { lines, bytes } = await machine.consume('raw', 'S', 200);
  assert.deepEqual(lines.toSorted().slice(0, 2), ['close 7007', lines[0]]);
  assert.equal([...readReference(bytes)].length, 1);
});

const REFUSALS: [
  title: string,
  settings: Record<string, string | number>,
  command: string[],
  answer: string[],
][] = [
  ['properties too short', {}, ['start', 'S', 'short'], ['start 24 none']],
  ['no room for the name', {}, ['start', 'S', 'nameless'], ['start 24 none']],
  ['no WNODE_FLAG_TRACED_GUID', {}, ['start', 'S', 'flagless'], ['start 87 none']],
  ['EVENT_TRACE_PROPERTIES_V2 unknown', { reject_v2: 1 }, ['start', 'S'], ['start 87 none']],
  ['no millisecond flushes', { reject_ms_flush: 1 }, ['start', 'S', 'ms'], ['start 87 none']],
  ['no free session', { max_sessions: 0 }, ['start', 'S'], ['start 1450 none']],
  ['a failure asked for', { 'fail.StartTraceW': 5 }, ['start', 'S'], ['start 5 none']],
  ['a failure of QueryAllTracesW', { 'fail.QueryAllTracesW': 5 }, ['list', '4'], ['list 5 found=0']],
  ['no such session to open', {}, ['raw', 'S', '-'], ['open failed 4201']],
  ['no such session to open for records', {}, ['record', 'S', '-'], ['open failed 4201']],
];

test('refusals', { skip }, async (t) => {
  const machine = bench().machine(t);
  for (const [title, settings, command, answer] of REFUSALS) {
    machine.standin.control(settings);
    assert.deepEqual(await machine.ask(...command), answer, title);
    machine.standin.control(Object.fromEntries(Object.keys(settings).map((key) => [key, ''])));
  }
  machine.standin.control({ 'fail.StartTraceW': '5:2' });
  for (const code of [5, 5, 0])
    assert.deepEqual(await machine.ask('start', 'S'), [`start ${code} ${code === 0 ? 'handle' : 'none'}`]);
  machine.standin.control({ 'fail.ProcessTrace': '1450:1', end: 1 });
  assert.ok((await machine.ask('raw', 'S', '-')).includes('process 1450 seen=0'));
  assert.ok((await machine.ask('raw', 'S', '-')).includes('process 0 seen=1'));
});

test('sessions and providers: listed, enabled, logged', { skip }, async (t) => {
  const machine = bench().machine(t);
  for (const name of ['A', 'B', 'C']) assert.deepEqual(await machine.ask('start', name), ['start 0 handle']);
  assert.deepEqual(await machine.ask('start', 'a', ''), ['start 183 none']);
  assert.deepEqual(await machine.ask('list', 8), ['list 0 found=3 A B C']);
  assert.deepEqual(await machine.ask('list', 2), ['list 234 found=3 A B']);
  assert.deepEqual(await machine.ask('enable', 'B'), ['enable 0', 'enable 0', 'stale 4201']);
  machine.standin.control({ reject_properties: '0xC00' });
  assert.deepEqual(await machine.ask('enable', 'C'), ['enable 87', 'enable 87', 'stale 4201']);
  assert.deepEqual(
    machine.standin.sessions().map(({ name, providers }) => [name, providers]),
    [
      ['A', []],
      [
        'B',
        [
          {
            guid: PROVIDER,
            any: 16n,
            all: 0n,
            properties: 0x400,
            level: 5,
            enabled: true,
            filters: 3,
            captures: 1,
          },
        ],
      ],
      ['C', []],
    ],
  );
  assert.equal(
    machine.standin.calls('EnableTraceEx2')[0],
    `EnableTraceEx2 session=B guid=${PROVIDER} code=1 level=5 any=0x10 all=0x0 props=0x400 timeout=0 ` +
      'filters=event_id:in:1,2;pid:4;exe:w3wp.exe -> 0',
  );
});

test('a stall, an end in the middle, and on from there', { skip }, async (t) => {
  const machine = bench().machine(t);
  machine.standin.play(DEMO);
  machine.standin.control({ stall_at: 2, stall_ms: 200, end_at: 5, end: 1 });
  await machine.ask('start', 'S');
  assert.ok((await machine.ask('raw', 'S', '-')).includes('process 0 seen=6'));
  machine.standin.control({ end_at: '' });
  assert.ok((await machine.ask('raw', 'S', '-')).includes('process 0 seen=9'));
});
