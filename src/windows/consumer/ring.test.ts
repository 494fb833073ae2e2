import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { makeRing, RingReader, RingWriter } from './ring.ts';

function takeNext(reader: RingReader): Uint8Array | undefined {
  const length = reader.peek();
  if (length < 0) return undefined;
  const bytes = new Uint8Array(length);
  reader.take(bytes);
  return bytes;
}

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value & 0xff);
}

test('capacity is a power of two within bounds', () => {
  for (const [asked, got] of [
    [1, 65_536],
    [65_537, 131_072],
    [1 << 20, 1 << 20],
  ] as const) {
    assert.equal(new RingReader(makeRing(asked)).capacity, got);
  }
});

test('what is written is read in order, whatever the lengths and the turns', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ length: fc.integer({ min: 0, max: 30_000 }), reads: fc.integer({ min: 0, max: 3 }) }),
        {
          maxLength: 60,
        },
      ),
      (steps) => {
        const memory = makeRing(65_536);
        const writer = new RingWriter(memory);
        const reader = new RingReader(memory);
        const waiting: Uint8Array[] = [];
        for (const [i, { length, reads }] of steps.entries()) {
          const bytes = filled(length, i);
          if (writer.write(bytes, 0)) waiting.push(bytes);
          else assert.ok(writer.used + length + 16 > 65_536 - 30_016, 'refused though there was room');
          for (let n = 0; n < reads; n++) assert.deepEqual(takeNext(reader), waiting.shift());
        }
        while (waiting.length > 0) assert.deepEqual(takeNext(reader), waiting.shift());
        assert.equal(takeNext(reader), undefined);
        assert.equal(reader.used, 0);
      },
    ),
  );
});

test('positions run over 2^32 without a gap', () => {
  const memory = makeRing(65_536);
  new Int32Array(memory.control).fill(-4, 0, 2);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  for (let i = 0; i < 20; i++) {
    assert.ok(writer.write(filled(5000, i), 0));
    assert.deepEqual(takeNext(reader), filled(5000, i));
  }
});

test('a full ring refuses after the wait, and counts the wait', () => {
  const memory = makeRing(65_536);
  const writer = new RingWriter(memory);
  assert.ok(writer.write(filled(60_000, 1), 0));
  assert.equal(writer.write(filled(10_000, 2), 20), false);
  assert.ok(writer.count('blockedMilliseconds') > 0);
  assert.deepEqual(takeNext(new RingReader(memory)), filled(60_000, 1));
});

test('what is larger than the ring is refused at once', () => {
  const memory = makeRing(65_536);
  assert.equal(new RingWriter(memory).write(new Uint8Array(70_000), 60_000), false);
});

test('a closed ring makes nobody wait', () => {
  const memory = makeRing(65_536);
  const writer = new RingWriter(memory);
  assert.ok(writer.write(filled(60_000, 1), 0));
  new RingReader(memory).close();
  assert.equal(writer.write(filled(10_000, 2), 2 ** 31 - 1), false);
});

test('a waiting reader wakes when something is written, or when its time is over', async () => {
  const memory = makeRing(65_536);
  const reader = new RingReader(memory);
  await reader.wait(10);
  assert.equal(reader.peek(), -1);
  const woken = reader.wait(60_000);
  await sleep(5);
  new RingWriter(memory).write(filled(3, 7), 0);
  await woken;
  assert.deepEqual(takeNext(reader), filled(3, 7));
});

test('two threads: everything arrives, though the writer is faster than the ring is large', async () => {
  const memory = makeRing(65_536);
  const worker = new Worker(
    `const { workerData } = require('node:worker_threads');
     import(workerData.module).then(({ RingWriter }) => {
       const writer = new RingWriter(workerData.memory);
       for (let i = 0; i < 500; i++) {
         const bytes = new Uint8Array(1 + (i * 977) % 20_000).fill(i);
         if (!writer.write(bytes, 60_000)) throw new Error('refused');
       }
     });`,
    { eval: true, workerData: { memory, module: new URL('./ring.ts', import.meta.url).href } },
  );
  const reader = new RingReader(memory);
  for (let i = 0; i < 500; ) {
    await reader.wait(60_000);
    for (let got = takeNext(reader); got !== undefined; got = takeNext(reader), i++)
      assert.deepEqual(got, filled(1 + ((i * 977) % 20_000), i));
  }
  await worker.terminate();
});
