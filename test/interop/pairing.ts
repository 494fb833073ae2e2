import assert from 'node:assert/strict';

/** One event on one side of a comparison: when it was (unix ns), and what is known of it beyond its key. */
export interface Item {
  readonly time: bigint;
  readonly facts: string;
}

/** Events by what identifies them but for the time. */
export class Items {
  readonly #byKey = new Map<string, Item[]>();

  add(key: string, time: bigint, facts = ''): void {
    const list = this.#byKey.get(key);
    if (list === undefined) this.#byKey.set(key, [{ time, facts }]);
    else list.push({ time, facts });
  }

  /** How many there are of each key. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#byKey].map(([key, list]) => [key, list.length]));
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** Those of a key, by time; facts decide between events of one clock tick. */
  sorted(key: string): Item[] {
    return (this.#byKey.get(key) ?? []).sort((a, b) => {
      if (a.time !== b.time) return a.time < b.time ? -1 : 1;
      return a.facts < b.facts ? -1 : Number(a.facts > b.facts);
    });
  }
}

/**
 * Throws unless both sides hold the same events: as many of every key, at the same times but for less than
 * a microsecond, with the same facts. Stops at the first difference.
 */
export function assertSame(found: Items, expected: Items): void {
  assert.deepEqual(found.counts(), expected.counts());
  for (const key of expected.keys()) {
    const got = found.sorted(key);
    for (const [i, want] of expected.sorted(key).entries()) {
      const have = got[i];
      const off = have === undefined ? -1000n : have.time - want.time;
      if (off <= -1000n || off >= 1000n) assert.fail(`${key}: ${have?.time} is not ${want.time}`);
      if (have?.facts !== want.facts) assert.equal(have?.facts, want.facts, `${key} at ${want.time}`);
    }
  }
}
