import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { logRecord } from '../../test/support/log_records.ts';
import { DeferredText } from './deferred_text.ts';

const TEMPLATE = { render: ([pid]: readonly unknown[]) => `process ${String(pid)} started` };

describe('a text that is put together when it is asked for', () => {
  const record = logRecord(1, { body: new DeferredText(TEMPLATE, [7]) });

  test('is what the record shows as its body', () => {
    assert.equal(record.body, 'process 7 started');
  });

  test('stays with a record of which something else is changed', () => {
    assert.equal(record.with({ eventName: 'process.exit' }).body, 'process 7 started');
  });

  test('goes where the record gets another body', () => {
    const changed = record.with({ body: 'redacted' });
    assert.deepEqual([changed.body, changed.occurrence.told], ['redacted', 'redacted']);
  });
});
