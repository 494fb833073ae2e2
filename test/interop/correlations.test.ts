import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { manyGroups } from '../support/many_groups.ts';

const EVENTS = 1_000_000;
const GROUPS = 100_000;
const MIB = 2 ** 20;
/** Of a group, until it fires. */
const EACH = EVENTS / GROUPS;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Each of the groups in its turn, again and again; what came of it. */
function run(memory: number) {
  const { correlator, feed } = manyGroups(EACH, memory);
  const before = heap();
  let [matches, most] = [0, 0];
  for (let i = 0; i < EVENTS; i++) {
    matches += feed(i, String(i % GROUPS));
    most = Math.max(most, correlator.stats.bytes);
    // Just before the last event of each group, when all that is kept is there.
    if (i === EVENTS - GROUPS) assert.ok(heap() - before <= memory, `${heap() - before} bytes of the heap`);
  }
  return { matches, most, ...correlator.stats };
}

test(`${EVENTS} events of ${GROUPS} groups stay within memory that holds some of them, and others are given up`, () => {
  const memory = 64 * MIB;
  const { matches, most, groups, evicted } = run(memory);
  assert.ok(most <= memory, `${most} bytes`);
  assert.ok(most > memory / 2, `${most} bytes`);
  // Who comes again was given up by then, for the group unused for longest is.
  assert.equal(matches, 0);
  assert.equal(groups + evicted, EVENTS);
});

test(`${EVENTS} events of ${GROUPS} groups are all counted in memory that holds them`, () => {
  const memory = 512 * MIB;
  const { matches, most, groups, evicted } = run(memory);
  assert.ok(most <= memory, `${most} bytes`);
  assert.equal(evicted, 0);
  assert.equal(matches, GROUPS);
  assert.equal(groups, 0);
});
