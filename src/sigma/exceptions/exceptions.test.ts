import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeRule } from '../../signatures/code_rule.ts';
import type { LogFacts, Logger } from '../../telemetry/logger.ts';
import { flatRecord } from '../event_log/flat_record.ts';
import type { CodeRule } from '../rule/documents.ts';
import { literalPattern, parsePattern, plainText } from '../rule/pattern.ts';
import { exceptionConfig } from './config.ts';
import { Exception } from './exception.ts';
import { Exceptions } from './exceptions.ts';

const rule: CodeRule = codeRule(
  {
    id: 'r',
    version: '1',
    name: 'R',
    level: 'high',
    author: undefined,
    description: undefined,
    tags: [],
    references: [],
    falsePositives: [],
    events: [],
  },
  'r.ts',
);
const record = flatRecord({});
const MAY = Date.UTC(2027, 4, 1);
const DAY = 86_400_000;

test('an exception ends behind its last day: announced once, with what it held back', () => {
  let now = MAY;
  const announced: LogFacts[] = [];
  const none = (): void => undefined;
  const warn = (_: string, facts: LogFacts = {}): void => void announced.push(facts);
  const logger: Logger = { debug: none, info: none, warn, error: none };
  const until = (expires: string) =>
    new Exception(
      exceptionConfig.parse({ rules: ['r'], owner: 'shop', expires, reason: 'known' }),
      new Map(),
    );
  const exceptions = new Exceptions(
    [until('2027-05-01'), until('2027-05-03T12:00:00+02:00')],
    logger,
    () => now,
  );
  const at = (time: number): unknown[] => {
    now = time;
    return [exceptions.cover(rule, record), exceptions.counts, announced.length];
  };
  assert.deepEqual(at(MAY), [true, { running: 2, expired: 0 }, 0]);
  assert.deepEqual(at(MAY + DAY - 1), [true, { running: 2, expired: 0 }, 0]);
  assert.deepEqual(at(MAY + DAY), [true, { running: 1, expired: 1 }, 1]);
  assert.deepEqual(at(MAY + 2 * DAY + 10 * 3_600_000), [false, { running: 0, expired: 2 }, 2]);
  assert.deepEqual(at(MAY + 9 * DAY), [false, { running: 0, expired: 2 }, 2]);
  assert.deepEqual(announced[0], {
    owner: 'shop',
    rules: 'r',
    expired: '2027-05-02T00:00:00.000Z',
    reason: 'known',
    'held back': 2,
  });
});

test('a value that is written for a text means that text', () => {
  const text = fc.string({ unit: fc.constantFrom('\\', '*', '?', 'a', '"') });
  fc.assert(fc.property(text, (one) => plainText(parsePattern(literalPattern(one))) === one));
  assert.equal(literalPattern('C:\\Windows\\a.exe'), 'C:\\Windows\\a.exe');
});
