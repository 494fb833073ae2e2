/**
 * correlation.ts EVENTS GROUPS MIB: so many events of so many groups through one correlation with this memory. What it
 * says that it takes, and what it has taken of the heap at the end, must be within it.
 */
import process from 'node:process';
import { keepHeapSmall } from '../../../src/heap.ts';
import { manyGroups } from '../../support/many_groups.ts';
import { cpuSince, report } from './traces.ts';

keepHeapSmall();
const [events = 1_000_000, groups = 100_000, mib = 64] = process.argv.slice(2).map(Number);
const { correlator, feed } = manyGroups(50, mib * 2 ** 20);
const before = heapMib();
let seed = 1;
let most = 0;
const start = process.cpuUsage();
for (let i = 0; i < events; i++) {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  feed(i, String(seed % groups));
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
