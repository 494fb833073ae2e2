import type { HrTime } from '@opentelemetry/api';
import { microsOf } from '../../src/process/time.ts';
import { latest } from './hr_time.ts';

/** The time of one host's events. Each host has its own, since recordings of several may be of quite different times. */
export class Clock {
  /** The time of the first event, in microseconds: since then all is seen that happens. */
  readonly watching: number;
  /** The latest time of an event. */
  now: HrTime;
  #idle = 0;

  constructor(first: HrTime) {
    this.watching = microsOf(first);
    this.now = first;
  }

  /** An event of that time came. */
  hear(time: HrTime): void {
    this.now = latest(this.now, time);
    this.#idle = 0;
  }

  /** Time goes by without an event, in microseconds. */
  wait(micros: number): void {
    this.#idle += micros;
  }

  /** The time, in microseconds: that of the latest event, and what went by since. */
  get time(): number {
    return microsOf(this.now) + this.#idle;
  }
}
