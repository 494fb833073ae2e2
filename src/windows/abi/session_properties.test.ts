import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SessionSettings } from '../sessions/control.ts';
import { emptyProperties, PROPERTIES_SIZE, sessionFacts, startProperties } from './session_properties.ts';

const SETTINGS: SessionSettings = {
  name: 'sigel-events',
  guid: '00112233-4455-6677-8899-aabbccddeeff',
  bufferSizeKiB: 64,
  minimumBuffers: 8,
  maximumBuffers: 64,
  flushMilliseconds: 250,
  clock: 'qpc',
  systemLogger: false,
  enableFlags: 0,
};

const MODES = [
  ['milliseconds', {}, { version: 2, milliseconds: true }, 0x0800_0110, 250],
  [
    'whole seconds by themselves',
    { flushMilliseconds: 2000 },
    { version: 2, milliseconds: true },
    0x0800_0100,
    2,
  ],
  ['rounded up', { flushMilliseconds: 1500 }, { version: 1, milliseconds: false }, 0x0800_0100, 2],
  ['never 0', { flushMilliseconds: 0.2 }, { version: 1, milliseconds: true }, 0x0800_0110, 1],
  ['a system logger', { systemLogger: true }, { version: 2, milliseconds: true }, 0x0a00_0110, 250],
] as const;
for (const [title, change, form, mode, timer] of MODES) {
  test(`mode and timer: ${title}`, () => {
    const bytes = Buffer.from(startProperties({ ...SETTINGS, ...change }, form));
    assert.equal(bytes.readUInt32LE(64), mode);
    assert.equal(bytes.readUInt32LE(68), timer);
  });
}

test('version 2 says so, version 1 is shorter', () => {
  const two = Buffer.from(startProperties(SETTINGS, { version: 2, milliseconds: true }));
  const one = Buffer.from(startProperties(SETTINGS, { version: 1, milliseconds: true }));
  assert.deepEqual(
    [two.readUInt32LE(44), two.readUInt32LE(120), two.readUInt32LE(116)],
    [0x0082_0000, 2, 144],
  );
  assert.deepEqual([one.readUInt32LE(44), one.readUInt32LE(116)], [0x0002_0000, 120]);
  for (const bytes of [one, two]) {
    assert.equal(bytes.readUInt32LE(0), bytes.length, 'Wnode.BufferSize');
    assert.equal(bytes.subarray(24, 40).toString('hex'), '33221100554477668899aabbccddeeff');
    assert.equal(bytes.readUInt32LE(112), 0, 'no log file');
  }
});

test('what was written is read', () => {
  const facts = sessionFacts(startProperties(SETTINGS, { version: 1, milliseconds: true }));
  const { systemLogger: _, enableFlags: __, ...same } = SETTINGS;
  assert.deepEqual(facts, {
    ...same,
    handle: 0n,
    logFileMode: 0x0800_0110,
    buffers: 0,
    freeBuffers: 0,
    buffersWritten: 0,
    eventsLost: 0,
    logBuffersLost: 0,
    realTimeBuffersLost: 0,
  });
});

test('counters', () => {
  const bytes = Buffer.alloc(PROPERTIES_SIZE);
  emptyProperties(bytes);
  bytes.writeBigUInt64LE(0x1_0000_0007n, 8);
  for (let at = 80; at <= 100; at += 4) bytes.writeUInt32LE(at, at);
  bytes.writeUInt32LE(2, 40);
  const facts = sessionFacts(bytes);
  assert.ok(facts);
  assert.equal(facts.handle, 0x1_0000_0007n);
  assert.equal(facts.clock, 'system');
  assert.deepEqual(
    [facts.buffers, facts.freeBuffers, facts.eventsLost, facts.buffersWritten, facts.logBuffersLost],
    [80, 84, 88, 92, 96],
  );
  assert.equal(facts.realTimeBuffersLost, 100);
  assert.equal(facts.name, '');
});

for (const offset of [0, 119, 121, PROPERTIES_SIZE, PROPERTIES_SIZE - 1, 0xffff_fffe]) {
  test(`a name said to stand at ${offset} is refused`, () => {
    const bytes = Buffer.alloc(PROPERTIES_SIZE);
    emptyProperties(bytes);
    bytes.writeUInt32LE(offset, 116);
    assert.equal(sessionFacts(bytes), undefined);
  });
}

test('whatever bytes there are, reading ends', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: PROPERTIES_SIZE, maxLength: PROPERTIES_SIZE }),
      fc.nat(0xffff_ffff),
      (bytes, offset) => {
        new DataView(bytes.buffer, bytes.byteOffset).setUint32(116, offset % 8192, true);
        assert.ok((sessionFacts(bytes)?.name.length ?? 0) <= 1024);
      },
    ),
    { numRuns: 50 },
  );
});

test('a name without an end stops at the end of the buffer', () => {
  const bytes = Buffer.alloc(PROPERTIES_SIZE, 0x41);
  bytes.writeUInt32LE(PROPERTIES_SIZE - 10, 116);
  assert.equal(sessionFacts(bytes)?.name, '䅁'.repeat(5));
});
