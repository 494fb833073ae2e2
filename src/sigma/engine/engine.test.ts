import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { naiveMatches } from '../../../test/support/naive_sigma.ts';
import { Source } from '../../config/source.ts';
import { flatRecord } from '../event_log/flat_record.ts';
import { eventLogTable } from '../event_log/table.ts';
import type { FieldValue } from '../logsource.ts';
import type { SigmaRule } from '../rule/documents.ts';
import { readSigma } from '../rule/read.ts';
import { finished } from '../steps.ts';
import { SigmaEngine } from './engine.ts';

// Few words over few fields, so that rules and events meet often; among them what engines stumble over.
const WORDS = [
  'cmd',
  'powershell',
  '-enc',
  '/enc',
  '–enc',
  'a',
  'ab',
  'abc',
  'abcd',
  'abcde',
  'bcdef',
  '\\cmd.exe',
  'C:\\Windows\\',
  'Kelvin K',
  'sharp',
  'ſharp',
  'Ünicode',
  'İstanbul',
  '😀',
  '😀😃',
  '',
  ' ',
  '4624',
  '10.1.2.3',
  '192.168.0.7',
  '2026-03-01 07:00:00',
  '12',
  'x*y',
  'x?y',
  'foo.exe',
];
const FIELDS = ['Image', 'CommandLine', 'User', 'Missing'];
const word = fc.constantFrom(...WORDS);
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(''));
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(12, 4624, 7, true) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
);
const event = fc.record({ Image: value, CommandLine: value, User: value }, { requiredKeys: [] });

const quoted = (one: unknown): string => (one === null ? 'null' : JSON.stringify(one));
const plain = (one: string): string => one.replace(/[*?\\]/g, '\\$&');
const wildcards = fc.array(fc.oneof(word.map(plain), fc.constantFrom('*', '?')), {
  minLength: 1,
  maxLength: 4,
});
const values = (one: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => `[${all.map(quoted).join(', ')}]`);
const modifiersAnd = (modifiers: readonly string[], one: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...modifiers), values(one));
const item = fc
  .oneof(
    {
      weight: 6,
      arbitrary: modifiersAnd(
        [
          '',
          '|contains',
          '|startswith',
          '|endswith',
          '|contains|all',
          '|cased',
          '|contains|cased',
          '|windash|contains',
          '|neq',
        ],
        word.map(plain),
      ),
    },
    {
      weight: 2,
      arbitrary: modifiersAnd(
        [''],
        fc.oneof(
          wildcards.map((parts) => parts.join('')),
          fc.constantFrom(null, 12, ''),
        ),
      ),
    },
    {
      weight: 2,
      arbitrary: modifiersAnd(
        ['|re', '|re|i', '|re|s'],
        fc.constantFrom(
          'abcd?e',
          'a+bc',
          '^cmd',
          'sharp',
          'kelvin k',
          'powershell.*(?:-|/)enc',
          'x\\*y',
          'abc{2,3}',
          '[ab]c',
          'cmd|abc',
          '(abc)+d',
          '\\Aabc',
        ),
      ),
    },
    {
      weight: 1,
      arbitrary: modifiersAnd(['|cidr'], fc.constantFrom('10.0.0.0/8', '192.168.0.0/30', '10.1.2.3')),
    },
    {
      weight: 1,
      arbitrary: modifiersAnd(
        ['|gt', '|gte', '|lt', '|lte', '|hour', '|year'],
        fc.constantFrom(7, 12, 2026, 4624),
      ),
    },
    {
      weight: 1,
      arbitrary: modifiersAnd(
        ['|fieldref', '|fieldref|endswith', '|fieldref|contains', '|fieldref|startswith'],
        fc.constantFrom('User', 'Image', 'Missing'),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.constantFrom(...FIELDS),
        fc.constant('|exists'),
        fc.constantFrom('true', 'false'),
      ),
    },
  )
  .map(([field, modifiers, text]) => [`${field}${modifiers}`, text] as const);
const search = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .uniqueArray(item, { minLength: 1, maxLength: 3, selector: ([key]) => key })
      .map((items) => `{${items.map(([key, one]) => `'${key}': ${one}`).join(', ')}}`),
  },
  { weight: 1, arbitrary: values(word.filter((one) => one !== '').map(plain)) },
);
const CONDITIONS = [
  'a',
  'not a',
  'a and b',
  'a or b',
  'a and not b',
  '1 of them',
  'all of them',
  'not (a or b) and c',
  'a or b and c',
  '1 of c* or not all of them',
  'a and 1 of b*',
  'not not a',
];
const rule = fc
  .tuple(search, search, search, fc.constantFrom(...CONDITIONS))
  .map(
    ([a, b, c, condition]) =>
      `title: t\nlogsource: {product: windows}\ndetection:\n  a: ${a}\n  b: ${b}\n  c: ${c}\n  condition: ${condition}\n`,
  );

function readAll(texts: readonly string[]): SigmaRule[] {
  const documents = texts.flatMap((one, i) => {
    const { documents, failures } = readSigma(new Source(`rule ${i}`, one), new Map());
    assert.deepEqual(
      failures.flat().map(({ message }) => message),
      [],
      one,
    );
    return documents;
  });
  return documents.filter((one) => one.kind === 'rule');
}

test('the engine is equal to the naive evaluator', () => {
  let evaluations = 0;
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 8, maxLength: 16 }),
      fc.array(event, { minLength: 40, maxLength: 60 }),
      (texts, events) => {
        const rules = readAll(texts);
        const engine = finished(SigmaEngine.of(rules, [eventLogTable]));
        for (const fields of events) {
          const found = new Set(engine.match(flatRecord(fields)).map((match) => match.rule));
          const naive = {
            field: (name: string) => (fields as Record<string, FieldValue>)[name],
            texts: Object.values(fields).flat().map(String),
          };
          for (const [i, one] of rules.entries()) {
            evaluations++;
            assert.equal(
              found.has(one),
              naiveMatches(one.expression, naive),
              `${texts[i]}${JSON.stringify(fields)}`,
            );
          }
        }
      },
    ),
    { numRuns: 50 },
  );
  assert.ok(evaluations > 20_000, `${evaluations}`);
});

const FIELDREF = `title: t
logsource: {product: windows}
detection: {a: {'Image|fieldref': User}, condition: a}
`;
for (const [image, user, isMet] of [
  ['Tool', 'tOOL', true],
  ['Tool', 'Tools', false],
  // The one character that is two in lower case.
  ['İ', 'i\u0307', true],
  ['i\u0307', 'İ', true],
  ['İ', 'i', false],
  [['a', 'İ'], 'i\u0307', true],
] as const) {
  test(`a field ${isMet ? 'equals' : 'is not'} another: ${String(image)} and ${user}`, () => {
    const engine = finished(SigmaEngine.of(readAll([FIELDREF]), [eventLogTable]));
    assert.equal(engine.match(flatRecord({ Image: image, User: user })).length, isMet ? 1 : 0);
  });
}
