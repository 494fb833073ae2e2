import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_VALUES } from './config.ts';
import { parseList } from './parse.ts';

const good: readonly [
  title: string,
  format: 'lines' | 'csv' | 'json',
  column: string | number,
  text: string,
  values: readonly string[],
][] = [
  [
    'lines, comments and blanks',
    'lines',
    1,
    '# Tor\r\n192.0.2.1\r\n\n  192.0.2.2 \n',
    ['192.0.2.1', '192.0.2.2'],
  ],
  ['each value once', 'lines', 1, 'a\nb\na\n', ['a', 'b']],
  ['a column by number', 'csv', 2, '# feed\nx,a\ny,b\n', ['a', 'b']],
  ['a column by name', 'csv', 'ip', 'id,ip\n1,192.0.2.1\n2,192.0.2.2\n3\n', ['192.0.2.1', '192.0.2.2']],
  ['quoted cells', 'csv', 3, '"a, b",,"say ""x"""\n', ['say "x"']],
  ['a JSON array', 'json', 1, '["a", 7]', ['a', '7']],
  ['nothing', 'csv', 'ip', '', []],
];
for (const [title, format, column, text, values] of good) {
  test(`a list of ${title}`, () => {
    assert.deepEqual(parseList(text, { format, column }), { kind: 'values', values });
  });
}

const wrong: readonly [title: string, format: 'lines' | 'csv' | 'json', text: string, reason: RegExp][] = [
  ['a page', 'json', '<html>', /no JSON$/],
  ['an object', 'json', '{"a": 1}', /no JSON array/],
  ['null in it', 'json', '["a", null]', /more than texts and numbers/],
  ['another table', 'csv', 'a,b\n1,2\n', /names no column "ip"/],
  [
    'too many',
    'lines',
    Array.from({ length: MAX_VALUES + 1 }, (_, i) => i).join('\n'),
    /more than 250000 values/,
  ],
];
for (const [title, format, text, reason] of wrong) {
  test(`no list of ${format}: ${title}`, () => {
    const parsed = parseList(text, { format, column: 'ip' });
    assert.match(parsed.kind === 'wrong' ? parsed.reason : '', reason);
  });
}
