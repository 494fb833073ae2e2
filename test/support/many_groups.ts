import { Source } from '../../src/config/source.ts';
import { Correlator } from '../../src/sigma/correlation/correlator.ts';
import { link } from '../../src/sigma/rule/link.ts';
import { readSigma } from '../../src/sigma/rule/read.ts';
import { finished } from '../../src/sigma/steps.ts';

/** A correlation that fires at so many events of one user within an hour, with so many bytes for what it counts. */
export function manyGroups(atLeast: number, bytes: number) {
  const text = `title: a
name: a
logsource: {product: windows}
detection: {a: {F: 1}, condition: a}
---
title: many
name: many
correlation: {type: event_count, rules: [a], group-by: [U], timespan: 1h, condition: {gte: ${atLeast}}}
`;
  const { rules, correlations } = finished(link(readSigma(new Source('rules', text), new Map()).documents));
  const [rule] = rules;
  if (rule === undefined) throw new Error('the rule above is read');
  const correlator = new Correlator<undefined>(correlations, bytes);
  /** The event of a number, a millisecond after the one before; how often the correlation fired. */
  const feed = (number: number, user: string): number => {
    const ref = number.toString(16).padStart(32, '0');
    return correlator.feed({ rule, time: number, field: () => user, ref, context: undefined }).length;
  };
  return { correlator, feed };
}
