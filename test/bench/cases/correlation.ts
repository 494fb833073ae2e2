/** correlation.ts EVENTS GROUPS MIB: so many events of so many groups through one correlation with this memory. */
import process from 'node:process';
import { Source } from '../../../src/config/source.ts';
import { Correlator } from '../../../src/sigma/correlation/correlator.ts';
import { link } from '../../../src/sigma/rule/link.ts';
import { readSigma } from '../../../src/sigma/rule/read.ts';
import { cpuSince, report } from './traces.ts';

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

const { rules, correlations } = link(readSigma(new Source('bench', RULES), new Map()).documents);
const correlator = new Correlator<undefined>(correlations, mib * 2 ** 20);
const [rule] = rules;
if (rule === undefined) throw new Error('the rule above is read');
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
    ref: '0123456789abcdef0123456789abcdef',
    context: undefined,
  });
  if (i % 1000 === 0) most = Math.max(most, correlator.stats.bytes);
}
const { evicted } = correlator.stats;
const cpuSeconds = cpuSince(start);
if (most > mib * 2 ** 20) throw new Error(`${most} bytes are more than ${mib} MiB`);
const note = `at most ${(most / 2 ** 20).toFixed(0)} of ${mib} MiB, ${evicted} groups given up`;
report(events, cpuSeconds, note);
