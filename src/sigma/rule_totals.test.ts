import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallRule, startOf } from '../../test/support/small_rules.ts';
import { Source } from '../config/source.ts';
import { Detector } from './detector.ts';
import { eventLogTable } from './event_log/table.ts';
import type { LogsourceTable } from './logsource.ts';
import { link } from './rule/link.ts';
import { readSigma } from './rule/read.ts';
import { RuleTotals } from './rule_totals.ts';
import { finished } from './steps.ts';

const detectorOf = (text: string, table: LogsourceTable = eventLogTable): Detector => {
  const { documents } = readSigma(new Source('r.yml', text), new Map());
  const options = { selection: {}, correlationMemory: 1 << 20, refOf: () => '' };
  return finished(Detector.of(finished(link(documents)), [table], options));
};
const numbers = (totals: RuleTotals, detector: Detector): unknown[] =>
  [...totals.of(detector).values()].map(({ id, evaluations, matches, errors }) => [
    id,
    evaluations,
    matches,
    errors,
  ]);

test('what rules did goes on in the next set; a rule that is gone is forgotten with it', () => {
  const totals = new RuleTotals();
  const first = detectorOf(smallRule('a') + smallRule('b'));
  for (const program of ['a', 'b', 'b', 'calm']) first.detect(startOf(program));
  assert.deepEqual(numbers(totals, first), [
    ['a', 1, 1, 0],
    ['b', 2, 2, 0],
  ]);
  finished(totals.ended(first));
  const second = detectorOf(smallRule('b'));
  second.detect(startOf('b'));
  assert.deepEqual(numbers(totals, second), [['b', 3, 3, 0]]);
});

test('numbers are right at every step of adding up a set that has ended, also when the next one ends', () => {
  const many = Array.from({ length: 600 }, (_, i) => smallRule(`a${i}`)).join('');
  for (let steps = 0; steps < 5; steps++) {
    const totals = new RuleTotals();
    const [first, second, third] = [detectorOf(many), detectorOf(many), detectorOf(smallRule('a599'))];
    for (const detector of [first, second, third]) detector.detect(startOf('a599'));
    const ending = totals.ended(first);
    for (let step = 0; step < steps; step++) ending.next();
    if (steps % 2 === 0) assert.deepEqual(numbers(totals, second).at(-1), ['a599', 2, 2, 0]);
    finished(totals.ended(second));
    finished(ending);
    assert.deepEqual(numbers(totals, third), [['a599', 3, 3, 0]]);
  }
});

test('a rule that fails on a record is counted, and does not keep others from judging it', () => {
  const failing: LogsourceTable = {
    ...eventLogTable,
    find(name) {
      const source = eventLogTable.find(name);
      if (source === undefined) return undefined;
      const read = (): never => {
        throw new Error('a defect');
      };
      return {
        ...source,
        accepts: (record) => source.accepts(record),
        texts: (record) => source.texts(record),
        field: (field) => (field === 'Broken' ? { provenance: 'event', read } : source.field(field)),
      };
    },
  };
  const text = smallRule('a') + smallRule('b').replace("'\\b.exe'", "'\\a.exe', Broken|gt: 1");
  const detector = detectorOf(text, failing);
  assert.equal(detector.detect(startOf('a')).length, 1);
  const totals = new RuleTotals().of(detector);
  assert.deepEqual([totals.get('a')?.matches, totals.get('b')?.errors], [1, 1]);
  assert.equal(totals.get('b')?.lastError, 'a defect');
});

test('a correlation counts what it took and what it found', () => {
  const text = `${smallRule('a')}title: Twice
name: twice
correlation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}
`;
  const detector = detectorOf(text);
  for (let second = 0; second < 5; second++) detector.detect(startOf('a', second));
  assert.deepEqual(numbers(new RuleTotals(), detector), [
    ['a', 5, 5, 0],
    ['twice', 5, 2, 0],
  ]);
});
