import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type ClockSample, LiveClock } from './live_clock.ts';

const FREQUENCY = 10_000_000;
const START = 1_790_000_000;

/** The system says START + `system` when the session clock has run for `ticks` seconds. */
function sample(ticks: number, system: number): ClockSample {
  const raw = BigInt(Math.round((ticks + 86_400) * FREQUENCY));
  const whole = Math.floor(system);
  return {
    ticks: { high: Number(raw >> 32n), low: Number(raw & 0xffffffffn) },
    seconds: START + whole,
    nanoseconds: Math.round((system - whole) * 1e9),
  };
}

function at(clock: LiveClock, seconds: number): number {
  const time = { seconds: 0, nanoseconds: 0 };
  // A clock ticks whole ticks.
  clock.write(Math.round(seconds * FREQUENCY), time);
  return time.seconds - START + time.nanoseconds / 1e9;
}

const near = (got: number, wanted: number): void =>
  assert.ok(Math.abs(got - wanted) < 1e-6, `${got} for ${wanted}`);

test('the first sample holds for all ticks, before and behind', () => {
  const clock = new LiveClock(sample(0, 0), FREQUENCY);
  for (const seconds of [-3600, 0, 1.25, 86_400]) near(at(clock, seconds), seconds);
});

test('a drift is made up for within a minute, and the offset told', () => {
  const clock = new LiveClock(sample(0, 0), FREQUENCY);
  near(clock.correct(sample(60, 60.03)), 0.03);
  near(at(clock, 60), 60);
  near(at(clock, 120), 120.03);
  near(clock.correct(sample(120, 120.06)), 0.03);
});

test('a system clock that is set ahead is followed at once', () => {
  const clock = new LiveClock(sample(0, 0), FREQUENCY);
  near(clock.correct(sample(60, 3660)), 3600);
  near(at(clock, 59), 59);
  near(at(clock, 61), 3661);
});

test('a system clock that is set back is approached slowly', () => {
  const clock = new LiveClock(sample(0, 0), FREQUENCY);
  near(clock.correct(sample(60, 0)), -60);
  near(at(clock, 60), 60);
  near(at(clock, 160), 155);
});

test('time never steps back, whatever the system clock does', () => {
  const step = fc.record({
    run: fc.double({ min: 0, max: 90, noNaN: true }),
    offset: fc.double({ min: -50, max: 50, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const clock = new LiveClock(sample(0, 0), FREQUENCY);
      let now = 0;
      let last = at(clock, 0);
      for (const { run, offset } of steps) {
        // An event from before the sample may be read after it.
        const early = now + run * 0.9;
        now += run;
        clock.correct(sample(now, now + offset));
        for (const when of [early, now]) {
          assert.ok(at(clock, when) >= last - 2e-9, `back at ${when}`);
          last = at(clock, when);
        }
      }
    }),
  );
});
