import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processConfig } from './config.ts';

test('process config: defaults', () => {
  assert.deepEqual(processConfig.parse({}), {
    max_processes: 32_768,
    keep_exited: 120_000,
    ancestors: 5,
    trace_window: 3_600_000,
    redact: [],
  });
});

const wrong: readonly [title: string, config: unknown][] = [
  ['no room', { max_processes: 0 }],
  ['too many ancestors', { ancestors: 17 }],
  ['traces of less than a minute', { trace_window: '59s' }],
  ['traces of more than half a day', { trace_window: '12h1s' }],
  ['an empty pattern', { redact: [{ pattern: '' }] }],
  ['a pattern that RE2 does not know', { redact: [{ pattern: '(?!x)y' }] }],
  ['a pattern of more than 1,024 characters', { redact: [{ pattern: 'x'.repeat(1025) }] }],
  ['an unknown key', { redaction: [] }],
];
for (const [title, config] of wrong) {
  test(`process config: ${title} is refused`, () => {
    assert.equal(processConfig.safeParse(config).success, false);
  });
}
