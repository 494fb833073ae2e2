import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { type SessionSpec, type TraceStep, writeTrace } from '../../test/scenario/etl_writer.ts';
import { memorySource } from '../etl/open.ts';
import { Catalogue } from './catalogue/catalogue.ts';
import { Decoder } from './decoder.ts';
import { timeText } from './time_text.ts';
import { TraceStream } from './trace.ts';
import { indexTrace, readTraceHeader, type TraceIndex } from './trace_file.ts';

const PROVIDER = '9e814aad-3204-11d2-9a82-006008a86939';
const START = 134_169_165_000_000_000n;
const BUFFER = 8192;

/** Events with numbers for ids, a millisecond apart, spread over processors; a buffer holds about 60. */
function steps(count: number, cpus: number): TraceStep[] {
  return Array.from({ length: count }, (_, i) => ({
    header: 'event',
    time: START + BigInt(i) * 10_000n,
    cpu: i % cpus,
    provider: PROVIDER,
    id: i + 1,
    payload: new Uint8Array(40),
  }));
}

function trace(count: number, cpus: number, session: SessionSpec = {}): Uint8Array {
  return writeTrace({
    clock: 'system',
    startTime: START,
    startClock: START,
    bufferSize: BUFFER,
    ...session,
    steps: steps(count, cpus),
  });
}

interface Read {
  readonly index: TraceIndex;
  /** Ids of the events, in the order they came. */
  readonly ids: readonly number[];
  readonly times: readonly (string | undefined)[];
}

function read(bytes: Uint8Array): Read {
  const index = indexTrace(memorySource(bytes));
  if (typeof index === 'string') assert.fail(index);
  const stream = new TraceStream([index], new Decoder(Catalogue.shipped()));
  const ids: number[] = [];
  const times: (string | undefined)[] = [];
  for (let e = stream.next(); e !== undefined; e = stream.next()) {
    if (e.kind !== 'event') continue;
    ids.push(e.id);
    times.push(timeText(e.seconds, e.nanoseconds));
  }
  return { index, ids, times };
}

const ALL = Array.from({ length: 500 }, (_, i) => i + 1);
const buffersOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: bytes.length / BUFFER }, (_, i) => bytes.slice(i * BUFFER, (i + 1) * BUFFER));
const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

test('processors are merged in time', () => {
  const { ids, index } = read(trace(500, 3));
  assert.deepEqual(ids, ALL);
  assert.equal(index.problems.damagedBuffers, 0);
});

test('a circular file, whose buffers lie in no order', () => {
  const [header, ...rest] = buffersOf(trace(500, 2, { logFileMode: 0x2 }));
  assert.ok(header !== undefined && rest.length > 4);
  const turned = [...rest.slice(3), ...rest.slice(0, 3)];
  assert.deepEqual(read(join([header, ...turned])).ids, ALL);
});

test('a preallocated file ends in zeros', () => {
  const { ids, index } = read(join([trace(500, 1, { logFileMode: 0x20 }), new Uint8Array(3 * BUFFER)]));
  assert.deepEqual(ids, ALL);
  assert.equal(index.problems.damagedBuffers, 0);
});

test('a file of a session that still runs has stale counts and no end', () => {
  const { ids, index } = read(trace(500, 1, { buffersWritten: 1, endTime: 0n }));
  assert.deepEqual(ids, ALL);
  assert.equal(index.header.buffersWritten, 1);
  assert.deepEqual(index.header.endTime, { high: 0, low: 0 });
});

test('a file that is cut off gives what is there, and one damaged buffer', () => {
  const bytes = trace(500, 1);
  const { ids, index } = read(bytes.subarray(0, 3 * BUFFER + 1000));
  assert.ok(ids.length > 100 && ids.length < 250);
  assert.deepEqual(ids, ALL.slice(0, ids.length));
  assert.equal(index.problems.damagedBuffers, 1);
  assert.match(index.problems.described[0]?.message ?? '', /cut off: 1000 of 8192 bytes/);
});

test('a buffer whose header is destroyed is passed over where the next one’s place is known', () => {
  const bytes = trace(500, 1);
  bytes.fill(0xaa, 2 * BUFFER, 2 * BUFFER + 72);
  const { ids, index } = read(bytes);
  assert.equal(index.problems.damagedBuffers, 1);
  assert.ok(ids.length > 400 && ids.length < 500);
  assert.equal(ids.at(-1), 500);
});

test('a compressed buffer that is destroyed costs its own events', () => {
  const bytes = trace(500, 1, { compress: true });
  const whole = read(bytes);
  assert.deepEqual(whole.ids, ALL);
  const second = [...whole.index.byProcessor.values()].flat()[2];
  assert.ok(second !== undefined);
  bytes.fill(0xff, second.position + 72, second.position + 120);
  const { ids, index } = read(bytes);
  assert.equal(index.problems.damagedBuffers, 1);
  assert.equal(ids.at(-1), 500);
});

for (const clock of ['qpc', 'system', 'cpu', 'raw'] as const) {
  test(`times by the ${clock} clock`, () => {
    const bytes = writeTrace({
      clock,
      startTime: START,
      startClock: clock === 'system' ? START : 5_000n,
      perfFreq: 10_000_000,
      cpuMhz: 10,
      steps: [
        {
          header: 'event',
          time: (clock === 'system' ? START : 5_000n) + 12_345_678n,
          provider: PROVIDER,
          id: 1,
        },
      ],
    });
    assert.deepEqual(read(bytes).times, ['2026-03-02T09:15:01.2345678Z']);
  });
}

for (const { name, bytes, says } of [
  { name: 'an empty file', bytes: new Uint8Array(0), says: /shorter than a buffer header/ },
  { name: 'a text', bytes: new TextEncoder().encode('x'.repeat(200)), says: /not an ETW trace/ },
  { name: 'zeros', bytes: new Uint8Array(9000), says: /0 bytes long/ },
]) {
  test(`${name} is no trace`, () => {
    const source = memorySource(bytes);
    for (const refused of [indexTrace(source), readTraceHeader(source)]) {
      if (typeof refused !== 'string') assert.fail('it was taken');
      assert.match(refused, says);
    }
  });
}
