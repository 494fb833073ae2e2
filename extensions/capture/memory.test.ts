import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TappedSession } from '../../src/capture/capture.ts';
import { Clock } from '../../src/etw/clock.ts';
import { HEADER_BUFFER } from '../../src/etw/constants.ts';
import { BufferMemory } from './memory.ts';

const session = (name: string): TappedSession => ({
  name,
  bufferSize: 1000,
  header: new Uint8Array(),
  clock: new Clock({ high: 0, low: 0 }, 1e7, { high: 0, low: 0 }),
});
const [A, B] = [session('a'), session('b')];

function buffer(mark: number, size = 100, type = 0): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[71] = mark;
  new DataView(bytes.buffer).setUint16(0x36, type, true);
  return bytes;
}

type Step = readonly [at: number, session: TappedSession, buffer: Uint8Array];

for (const [title, bounds, steps, look, kept, bytes] of [
  [
    'within both bounds',
    [50, 9999],
    [
      [0, A, buffer(1)],
      [9, B, buffer(2)],
    ],
    9,
    { a: [1], b: [2] },
    2000,
  ],
  [
    'older than the time',
    [50, 9999],
    [
      [0, A, buffer(1)],
      [40, A, buffer(2)],
    ],
    60,
    { a: [2] },
    1000,
  ],
  [
    'all of them too old',
    [50, 9999],
    [
      [0, A, buffer(1)],
      [1, B, buffer(2)],
    ],
    90,
    {},
    0,
  ],
  [
    'each counts as in a file, of all sessions together',
    [50, 2000],
    [
      [0, A, buffer(1)],
      [1, B, buffer(2)],
      [2, B, buffer(3)],
    ],
    2,
    { b: [2, 3] },
    2000,
  ],
  [
    'one that is larger than the session’s counts as it is',
    [50, 2000],
    [
      [0, A, buffer(1)],
      [1, A, buffer(2, 1500)],
    ],
    1,
    { a: [2] },
    1500,
  ],
  [
    'descriptions of the session, and what is no buffer',
    [50, 9999],
    [
      [0, A, buffer(1, 100, HEADER_BUFFER)],
      [0, A, new Uint8Array(71)],
      [0, A, buffer(2)],
    ],
    0,
    { a: [2] },
    1000,
  ],
] satisfies [string, [number, number], Step[], number, Record<string, number[]>, number][])
  test(`what is kept: ${title}`, () => {
    let now = 0;
    const [window, maxMemory] = bounds;
    const memory = new BufferMemory({ window, maxMemory, now: () => now });
    for (const [at, of, bytesOf] of steps) {
      now = at;
      memory.add(of, bytesOf);
    }
    now = look;
    const sessions = memory.sessions().map((one) => [one.session.name, one.buffers.map((b) => b[71])]);
    assert.deepEqual(Object.fromEntries(sessions), kept);
    assert.equal(memory.bytes, bytes);
  });

test('the caller’s memory may change afterwards, and many buffers come and go', () => {
  let now = 0;
  const memory = new BufferMemory({ window: 10, maxMemory: 1e9, now: () => now });
  const reused = buffer(0);
  for (; now < 1000; now++) {
    reused[71] = now % 256;
    memory.add(A, reused);
  }
  const marks = memory.sessions()[0]?.buffers.map((bytes) => bytes[71]);
  assert.deepEqual(
    marks,
    Array.from({ length: 10 }, (_, i) => (990 + i) % 256),
  );
});
