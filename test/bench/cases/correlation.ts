/**
 * correlation.ts EVENTS GROUPS MIB: so many events of so many groups through one correlation with this memory. What it
 * says that it takes, and what it has taken of the heap at the end, must be within it.
 */
import process from 'node:process';
import { Source } from '../../../src/config/source.ts';
import { keepHeapSmall } from '../../../src/heap.ts';
import { Correlator } from '../../../src/sigma/correlation/correlator.ts';
import { link } from '../../../src/sigma/rule/link.ts';
import { readSigma } from '../../../src/sigma/rule/read.ts';
import { finished } from '../../../src/sigma/steps.ts';
import { cpuSince, report } from './traces.ts';

keepHeapSmall();
const [events = 1_000_000, groups = 100_000, mib = 64] = process.argv.slice(2).map(Number);
const RULES = `title: a
name: a
logsource: {product: windows}
detection: {a: {F: 1}, condition: a}
---
title: many
name: many
correlation: {type: event_count, rules: [a], group-by: [U], timespan: 1h, condition: {gte: 50}}
`;

const { rules, correlations } = finished(link(readSigma(new Source('bench', RULES), new Map()).documents));
const correlator = new Correlator<undefined>(correlations, mib * 2 ** 20);
const [rule] = rules;
if (rule === undefined) throw new Error('the rule above is read');
const before = heapMib();
let seed = 1;
let most = 0;
const start = process.cpuUsage();
for (let i = 0; i < events; i++) {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  const user = String(seed % groups);
  correlator.feed({
    rule,
    time: i,
    field: () => user,
    ref: i.toString(16).padStart(32, '0'),
    context: undefined,
  });
  if (i % 1000 === 0) most = Math.max(most, correlator.stats.bytes);
}
const cpuSeconds = cpuSince(start);
const taken = heapMib() - before;
const { evicted } = correlator.stats;
const told = most / 2 ** 20;
if (Math.max(told, taken) > mib)
  throw new Error(`${told} MiB, of the heap ${taken} MiB, are more than ${mib} MiB`);
const note = `at most ${told.toFixed(0)} of ${mib} MiB, ${taken.toFixed(0)} of them in the heap at the end, ${evicted} groups given up`;
report(events, cpuSeconds, note);

function heapMib(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
