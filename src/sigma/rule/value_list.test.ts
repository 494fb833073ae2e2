import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Source } from '../../config/source.ts';
import { Detector } from '../detector.ts';
import { flatRecord } from '../event_log/flat_record.ts';
import { eventLogTable } from '../event_log/table.ts';
import { finished } from '../steps.ts';
import { link } from './link.ts';
import { readSigma } from './read.ts';
import { ValueList } from './value_list.ts';

/** Whether a rule with this field and value fires on a value of the field. */
function fires(list: ValueList, item: string): (value: string) => boolean {
  const text = `title: t
logsource: {product: windows, category: process_creation}
detection: {s: {${item}}, condition: s}
`;
  const { documents, failures } = readSigma(new Source('r.yml', text), new Map([['names', list]]));
  assert.deepEqual(failures, []);
  const options = { selection: {}, correlationMemory: 1 << 20, refOf: () => '' };
  const detector = finished(Detector.of(finished(link(documents)), [eventLogTable], options));
  const channel = 'Microsoft-Windows-Sysmon/Operational';
  return (Image) => detector.detect(flatRecord({ EventID: 1, Channel: channel, Image })).length === 1;
}

const cases: readonly [item: string, values: string[], yes: readonly string[], no: readonly string[]][] = [
  ['Image|expand: "%names%"', ['A.exe', 'b*', 'c\\*'], ['a.EXE', 'bus', 'c*'], ['xa.exe', 'ab', 'cd']],
  ['Image|expand|cased: "%names%"', ['A', 'b*'], ['A', 'bus'], ['a', 'Bus']],
  ['Image|neq|expand: "%names%"', ['a', 'b*'], ['c'], ['a', 'bus']],
  ['Image|expand: ["%names%", other]', ['a'], ['a', 'other'], ['%names%']],
  ['Image|expand|all: ["%names%", "a*"]', ['ab', 'b'], ['ab'], ['b', 'ac']],
  ['Image|endswith|expand: "\\\\%names%"', ['a.exe'], ['C:\\a.exe'], ['a.exe']],
  ['Image|contains|expand: "%names%"', ['a'], ['bab'], ['b']],
];
for (const [item, values, yes, no] of cases) {
  test(`${item} with ${values.join(', ')}`, () => {
    const met = fires(new ValueList(values), item);
    assert.deepEqual([...yes, ...no].filter(met), yes);
  });
}

test('new values are known at once where the whole field is compared, else when the rule is loaded again', () => {
  const whole = new ValueList(['a']);
  const met = fires(whole, 'Image|expand: "%names%"');
  assert.equal(whole.replace(['b']), false);
  assert.deepEqual([met('a'), met('b')], [false, true]);
  assert.equal(whole.replace(['b', 'c*']), true);
  const inlined = new ValueList(['a']);
  fires(inlined, 'Image|contains|expand: "%names%"');
  assert.equal(inlined.replace(['b']), true);
});

test('a list may be far longer than the values of a rule', () => {
  const addresses = Array.from({ length: 100_000 }, (_, i) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  const met = fires(new ValueList(addresses), 'Image|expand: "%names%"');
  assert.deepEqual([met('10.1.134.159'), met('10.1.134.160')], [true, false]);
});
