import { setImmediate } from 'node:timers/promises';

/** Work in small steps, each well below a millisecond: between two of them it may be put down. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Parts of a whole (tests, literals) that one step may take. */
export const STEP = 256;

/** A whole part by part, in steps. */
export function* each<T>(parts: Iterable<T>, take: (part: T) => void): Steps<void> {
  let taken = 0;
  for (const part of parts) {
    if (taken++ % STEP === 0) yield;
    take(part);
  }
}

/** Does all of it at once. */
export function finished<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Milliseconds without a pause: records that come meanwhile wait no longer. */
const SLICE = 5;

/** Does it in slices of 5 ms, other work in between. Rejects when `signal` aborts. */
export async function inSlices<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await setImmediate(undefined, signal === undefined ? {} : { signal });
  }
}
