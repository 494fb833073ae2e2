import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Clock, filetimeToUnix } from './clock.ts';
import { timeText } from './time_text.ts';

const FILETIME_2020 = 132_223_104_000_000_000n; // 2020-01-01T00:00:00Z

function ticks(value: bigint): { high: number; low: number } {
  return { high: Number(BigInt.asIntN(32, value >> 32n)), low: Number(BigInt.asUintN(32, value)) };
}

function text(clock: Clock, at: bigint): string | undefined {
  const { high, low } = ticks(at);
  const time = { seconds: 0, nanoseconds: 0 };
  clock.write(clock.since(high, low), time);
  return timeText(time.seconds, time.nanoseconds);
}

test('a FILETIME to unix time, exact to 100 ns', () => {
  assert.deepEqual(filetimeToUnix(ticks(FILETIME_2020 + 1n)), { seconds: 1_577_836_800, nanoseconds: 100 });
});

const cases = [
  { name: 'at the zero', frequency: 10_000_000, at: 0n, expected: '2020-01-01T00:00:00.0000000Z' },
  { name: '10 MHz, one tick', frequency: 10_000_000, at: 1n, expected: '2020-01-01T00:00:00.0000001Z' },
  {
    name: 'an odd frequency, one second and one tick',
    frequency: 2_109_960,
    at: 2_109_961n,
    expected: '2020-01-01T00:00:01.0000004Z',
  },
  { name: 'before the zero', frequency: 10_000_000, at: -1n, expected: '2019-12-31T23:59:59.9999999Z' },
  {
    name: 'a year later',
    frequency: 14_318_180,
    at: 14_318_180n * 31_622_400n,
    expected: '2021-01-01T00:00:00.0000000Z',
  },
];

for (const { name, frequency, at, expected } of cases) {
  test(`a QPC clock: ${name}`, () => {
    const zero = 123_456_789_012_345n;
    assert.equal(text(new Clock(ticks(zero), frequency, ticks(FILETIME_2020)), zero + at), expected);
  });
}

test('a start within a second carries over', () => {
  const clock = new Clock(ticks(0n), 1e7, ticks(FILETIME_2020 + 9_999_999n));
  assert.equal(text(clock, 1n), '2020-01-01T00:00:01.0000000Z');
});

test('a time that OTLP cannot say is unknown: 0', () => {
  const zero = ticks(0n);
  for (const start of [0n, -1n, 2n ** 63n - 1n]) {
    const clock = new Clock(zero, 1e7, ticks(start));
    assert.equal(text(clock, 0n), '1970-01-01T00:00:00.0000000Z', `start ${start}`);
  }
  const clock = new Clock(zero, 1e7, ticks(FILETIME_2020));
  assert.equal(text(clock, 2n ** 63n - 1n), '1970-01-01T00:00:00.0000000Z');
});

test('a time is the same whatever the clock told before', () => {
  const start = ticks(FILETIME_2020 + 9_999_999n);
  const zero = ticks(0n);
  const anyTicks = fc.oneof(fc.integer({ min: -1e8, max: 1e8 }), fc.maxSafeInteger(), fc.constant(2 ** 60));
  fc.assert(
    fc.property(fc.constantFrom(1, 3, 1e7, 2_343_750, 2.4e9), fc.array(anyTicks), (frequency, times) => {
      const clock = new Clock(zero, frequency, start);
      const [time, alone] = [
        { seconds: 0, nanoseconds: 0 },
        { seconds: 0, nanoseconds: 0 },
      ];
      for (const at of times) {
        clock.write(at, time);
        new Clock(zero, frequency, start).write(at, alone);
        assert.deepEqual(time, alone);
      }
    }),
  );
});
