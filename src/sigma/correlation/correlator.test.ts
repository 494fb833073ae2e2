import assert from 'node:assert/strict';
import { test } from 'node:test';
import { issueLine } from '../../config/issue_line.ts';
import { Source } from '../../config/source.ts';
import { link } from '../rule/link.ts';
import { readSigma } from '../rule/read.ts';
import { finished } from '../steps.ts';
import { Correlator } from './correlator.ts';

const MEMORY = 64 << 20;
const rule = (name: string): string =>
  `title: ${name}\nname: ${name}\nlogsource: {product: windows}\ndetection: {a: {F: ${name}}, condition: a}\n---\n`;
const correlation = (name: string, body: string): string =>
  `title: ${name}\nname: ${name}\ncorrelation:\n${body.replace(/^/gm, '    ')}\n---\n`;

function load(text: string) {
  const { documents, failures } = readSigma(new Source('c.yml', text), new Map());
  const linked = finished(link(documents));
  return { ...linked, failures: [...failures, ...linked.failures].flat().map(issueLine) };
}

/** An event: when (seconds), which rule it met, its fields. */
type Step = readonly [seconds: number, rule: string, fields?: Readonly<Record<string, string>>];

/** Feeds events and tells what came out: `name@seconds: refs`. */
function run(text: string, steps: readonly Step[]): string[] {
  const { rules, correlations, failures } = load(text);
  assert.deepEqual(failures, []);
  const correlator = new Correlator<undefined>(correlations, MEMORY);
  const out: string[] = [];
  for (const [i, [seconds, name, fields = {}]] of steps.entries()) {
    const time = seconds * 1000;
    const met = rules.find(({ metadata }) => metadata.name === name);
    const matches = [...correlator.advance(time)];
    if (met !== undefined) {
      const field = (key: string) => fields[key];
      matches.push(...correlator.feed({ rule: met, time, field, ref: String(i), context: undefined }));
    }
    for (const match of matches)
      out.push(`${match.rule.metadata.name}@${match.time / 1000}: ${match.refs.join(' ')}`);
  }
  return out;
}

const one = rule('a');
const three = rule('a') + rule('b') + rule('c');
const cases: readonly [title: string, rules: string, steps: readonly Step[], matches: readonly string[]][] = [
  [
    'event_count: so many within the time, then anew',
    one + correlation('x', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gte: 3}'),
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
      [3, 'a'],
      [4, 'a'],
      [5, 'a'],
    ],
    ['x@2: 0 1 2', 'x@5: 3 4 5'],
  ],
  [
    'event_count: what is older than the time does not count',
    one + correlation('x', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {gt: 2}'),
    [
      [0, 'a'],
      [5, 'a'],
      [11, 'a'],
      [12, 'a'],
      [15, 'a'],
    ],
    ['x@12: 1 2 3'],
  ],
  [
    'event_count: each group for itself; without the field no group',
    one +
      correlation('x', 'type: event_count\nrules: [a]\ngroup-by: [U]\ntimespan: 10s\ncondition: {gte: 2}'),
    [
      [0, 'a', { U: '1' }],
      [1, 'a', { U: '2' }],
      [2, 'a'],
      [3, 'a'],
      [4, 'a', { U: '2' }],
    ],
    ['x@4: 1 4'],
  ],
  [
    'event_count: fewer than, judged at the end of the window',
    one + correlation('x', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {lt: 3}'),
    [
      [0, 'a'],
      [1, 'a'],
      [11, 'a'],
      [12, 'a'],
      [13, 'a'],
      [30, '-'],
    ],
    ['x@10: 0 1'],
  ],
  [
    'event_count: exactly',
    one + correlation('x', 'type: event_count\nrules: [a]\ntimespan: 10s\ncondition: {eq: 2}'),
    [
      [0, 'a'],
      [1, 'a'],
      [2, 'a'],
      [20, 'a'],
      [21, 'a'],
      [40, '-'],
    ],
    ['x@30: 3 4'],
  ],
  [
    'value_count: distinct values',
    one + correlation('x', 'type: value_count\nrules: [a]\ntimespan: 10s\ncondition: {field: U, gte: 3}'),
    [
      [0, 'a', { U: '1' }],
      [1, 'a', { U: '1' }],
      [2, 'a', { U: '2' }],
      [3, 'a'],
      [4, 'a', { U: '3' }],
    ],
    ['x@4: 0 1 2 4'],
  ],
  [
    'value_count: of two fields together',
    one +
      correlation('x', 'type: value_count\nrules: [a]\ntimespan: 10s\ncondition: {field: [U, V], gte: 2}'),
    [
      [0, 'a', { U: '1', V: '1' }],
      [1, 'a', { U: '1', V: '2' }],
    ],
    ['x@1: 0 1'],
  ],
  [
    'value_sum',
    one + correlation('x', 'type: value_sum\nrules: [a]\ntimespan: 10s\ncondition: {field: N, gt: 100}'),
    [
      [0, 'a', { N: '60' }],
      [20, 'a', { N: '60' }],
      [21, 'a', { N: 'x' }],
      [22, 'a', { N: '0x29' }],
    ],
    ['x@22: 1 3'],
  ],
  [
    'value_avg',
    one + correlation('x', 'type: value_avg\nrules: [a]\ntimespan: 10s\ncondition: {field: N, gte: 10}'),
    [
      [0, 'a', { N: '2' }],
      [1, 'a', { N: '12' }],
      [2, 'a', { N: '16' }],
    ],
    ['x@2: 0 1 2'],
  ],
  [
    'value_percentile: the median of a window',
    one +
      correlation(
        'x',
        'type: value_percentile\nrules: [a]\ntimespan: 10s\ncondition: {field: N, percentile: 50, gt: 5}',
      ),
    [
      [0, 'a', { N: '1' }],
      [1, 'a', { N: '7' }],
      [2, 'a', { N: '9' }],
      [20, '-'],
    ],
    ['x@10: 0 1 2'],
  ],
  [
    'value_percentile: a value with a small share',
    one +
      correlation('x', 'type: value_percentile\nrules: [a]\ntimespan: 10s\ncondition: {field: N, lte: 25}'),
    [
      [0, 'a', { N: '1' }],
      [1, 'a', { N: '1' }],
      [2, 'a', { N: '1' }],
      [3, 'a', { N: '2' }],
      [20, '-'],
    ],
    ['x@10: 0 1 2 3'],
  ],
  [
    'temporal: all of them, in any order',
    three + correlation('x', 'type: temporal\nrules: [a, b, c]\ntimespan: 10s'),
    [
      [0, 'c'],
      [1, 'a'],
      [12, 'b'],
      [13, 'a'],
      [14, 'c'],
    ],
    ['x@14: 2 3 4'],
  ],
  [
    'temporal: a condition',
    three + correlation('x', 'type: temporal\nrules: [a, b, c]\ntimespan: 10s\ncondition: a and (b or c)'),
    [
      [0, 'b'],
      [1, 'c'],
      [2, 'a'],
    ],
    ['x@2: 0 1 2'],
  ],
  [
    'temporal: something that did not happen',
    three + correlation('x', 'type: temporal\nrules: [a, b]\ntimespan: 10s\ncondition: a and not b'),
    [
      [0, 'a'],
      [1, 'b'],
      [20, 'a'],
      [31, '-'],
    ],
    ['x@30: 2'],
  ],
  [
    'temporal_ordered: only in order',
    three + correlation('x', 'type: temporal_ordered\nrules: [a, b, c]\ntimespan: 10s'),
    [
      [0, 'b'],
      [1, 'a'],
      [2, 'c'],
      [3, 'b'],
      [4, 'a'],
      [5, 'c'],
      [20, 'a'],
      [21, 'b'],
      [31, 'c'],
    ],
    ['x@5: 1 3 5'],
  ],
  [
    'aliases: one field by another name',
    rule('a') +
      rule('b') +
      correlation(
        'x',
        'type: temporal\nrules: [a, b]\naliases: {ip: {a: Src, b: Dst}}\ngroup-by: [ip]\ntimespan: 10s',
      ),
    [
      [0, 'a', { Src: '1' }],
      [1, 'b', { Dst: '2' }],
      [2, 'b', { Src: '1', Dst: '1' }],
    ],
    ['x@2: 0 2'],
  ],
  [
    'chained: a correlation of correlations, by its group',
    rule('a') +
      rule('b') +
      correlation('y', 'type: temporal_ordered\nrules: [x, b]\ngroup-by: [U]\ntimespan: 60s') +
      correlation('x', 'type: event_count\nrules: [a]\ngroup-by: [U]\ntimespan: 10s\ncondition: {gte: 2}'),
    [
      [0, 'a', { U: '1' }],
      [1, 'a', { U: '1' }],
      [2, 'b', { U: '2' }],
      [3, 'b', { U: '1' }],
    ],
    ['x@1: 0 1', 'y@3: 1 3'],
  ],
];
for (const [title, rules, steps, matches] of cases) {
  test(title, () => assert.deepEqual(run(rules, steps), matches));
}

const wrong: readonly [title: string, text: string, error: RegExp][] = [
  [
    'a rule that is not there',
    one + correlation('x', 'type: event_count\nrules: [b]\ntimespan: 1s\ncondition: {gte: 1}'),
    /no loaded rule has the id or name "b"/,
  ],
  [
    'a time that is none',
    one + correlation('x', 'type: event_count\nrules: [a]\ntimespan: soon\ncondition: {gte: 1}'),
    /c\.yml:\d+:15: timespan: expected a time such as/,
  ],
  [
    'a type that is none',
    one + correlation('x', 'type: event_counts\nrules: [a]\ntimespan: 1s'),
    /did you mean "event_count"/,
  ],
  [
    'no field to count',
    one + correlation('x', 'type: value_count\nrules: [a]\ntimespan: 1s\ncondition: {gte: 1}'),
    /value_count needs a field/,
  ],
  [
    'a circle',
    correlation('x', 'type: temporal\nrules: [y]\ntimespan: 1s') +
      correlation('y', 'type: temporal\nrules: [x]\ntimespan: 1s'),
    /builds on itself/,
  ],
  [
    'the order contradicted',
    three + correlation('x', 'type: temporal_ordered\nrules: [a, b]\ntimespan: 1s\ncondition: b and a'),
    /expected its rules in their order/,
  ],
  ['an id twice', one + one, /a is already at c\.yml:1/],
];
for (const [title, text, error] of wrong) {
  test(`wrong: ${title}`, () => assert.match(load(text).failures.join('\n'), error));
}

test('filters narrow the rules that they name, in their log source', () => {
  const filter = (rules: string, source: string): string =>
    `title: f\nid: f-${source}-${rules.length}\nlogsource: {product: ${source}}\nfilter:\n    rules: ${rules}\n    sel: {U: adm}\n    condition: not sel\n---\n`;
  const parts = (text: string) =>
    load(text).rules.map(({ expression }) => (expression.kind === 'and' ? expression.of.length : 1));
  assert.deepEqual(parts(rule('a') + rule('b') + filter('[a]', 'windows')), [2, 1]);
  assert.deepEqual(parts(rule('a') + rule('b') + filter('any', 'windows')), [2, 2]);
  assert.deepEqual(parts(rule('a') + filter('[a]', 'linux')), [1]);
});

test('events of many groups stay within the memory, and what is given up is counted', () => {
  const text =
    one +
    correlation('x', 'type: event_count\nrules: [a]\ngroup-by: [U]\ntimespan: 1h\ncondition: {gte: 50}');
  const { rules, correlations } = load(text);
  const memory = 4 << 20;
  const correlator = new Correlator<undefined>(correlations, memory);
  const [met] = rules;
  assert.ok(met !== undefined);
  let most = 0;
  let seed = 1;
  for (let i = 0; i < 150_000; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const user = String(seed % 20_000);
    correlator.feed({ rule: met, time: i, field: () => user, ref: 'r', context: undefined });
    if (i % 1000 === 0) most = Math.max(most, correlator.stats.bytes);
  }
  assert.ok(most <= memory, `${most}`);
  assert.ok(correlator.stats.evicted > 0);
  assert.ok(correlator.stats.groups > 1000);
});
