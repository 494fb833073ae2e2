import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleLine, type Entry, jsonLine } from './lines.ts';

const entry: Entry = {
  time: new Date('2026-10-02T12:00:00.5Z'),
  level: 'warn',
  message: 'records dropped',
  facts: {},
};

const cases: readonly [title: string, changes: Partial<Entry>, line: string][] = [
  ['a message', {}, '2026-10-02T12:00:00.500Z warn  records dropped\n'],
  [
    'facts behind it',
    { facts: { cause: 'refused', records: 512, final: true } },
    '2026-10-02T12:00:00.500Z warn  records dropped cause=refused records=512 final=true\n',
  ],
  [
    'a fact of several words is quoted',
    { level: 'error', facts: { reason: 'no such "host"', path: 'C:\\a b', none: '' } },
    '2026-10-02T12:00:00.500Z error records dropped reason="no such \\"host\\"" path="C:\\\\a b" none=""\n',
  ],
  [
    'control characters do not reach the terminal',
    { message: 'read \u001b[31m\nx', facts: { file: 'a\u0007b', other: '\u009b' } },
    '2026-10-02T12:00:00.500Z warn  read \\u001b[31m\\u000ax file="a\\u0007b" other="\\u009b"\n',
  ],
];

for (const [title, changes, line] of cases) {
  test(`console line: ${title}`, () => assert.equal(consoleLine({ ...entry, ...changes }), line));
}

test('JSON line: facts beside level, ts and msg, which they cannot replace', () => {
  const line = jsonLine({ ...entry, facts: { component: 'etl', msg: 'other' } });
  assert.equal(line.indexOf('\n'), line.length - 1);
  assert.deepEqual(JSON.parse(line), {
    component: 'etl',
    level: 'warn',
    ts: '2026-10-02T12:00:00.500Z',
    msg: 'records dropped',
  });
});
