import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Source } from '../../src/config/source.ts';
import { Correlator } from '../../src/sigma/correlation/correlator.ts';
import { link } from '../../src/sigma/rule/link.ts';
import { readSigma } from '../../src/sigma/rule/read.ts';
import { finished } from '../../src/sigma/steps.ts';

const EVENTS = 1_000_000;
const GROUPS = 100_000;
const MIB = 2 ** 20;
const RULES = `title: a
name: a
logsource: {product: windows}
detection: {a: {F: 1}, condition: a}
---
title: many
name: many
correlation: {type: event_count, rules: [a], group-by: [U], timespan: 1h, condition: {gte: 10}}
`;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Each of the groups in its turn, again and again; what came of it. */
function run(memory: number) {
  const { rules, correlations } = finished(link(readSigma(new Source('rules', RULES), new Map()).documents));
  const [rule] = rules;
  assert.ok(rule !== undefined);
  const correlator = new Correlator<undefined>(correlations, memory);
  const before = heap();
  let [matches, most] = [0, 0];
  for (let i = 0; i < EVENTS; i++) {
    const user = String(i % GROUPS);
    const ref = i.toString(16).padStart(32, '0');
    matches += correlator.feed({ rule, time: i, field: () => user, ref, context: undefined }).length;
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
