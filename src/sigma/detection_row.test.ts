import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSignatures, ruleFolder, ruleText, started } from '../../test/support/signature_processor.ts';

test('the last detections are shown, newest first, and no more than 50', async () => {
  const rules = ruleFolder()('rules.yml', ruleText('tool', 'high'));
  const { processor, account } = await openSignatures({ rules: [rules] });
  for (let i = 0; i < 60; i++) await processor.consumeLogs([started('tool', i)]);
  // Read again: no other detection.
  await processor.consumeLogs([started('tool', 59)]);
  const [rows = []] = account.status.shown('detections');
  assert.equal(rows.length, 50);
  assert.equal(new Set(rows.map(({ id }) => id)).size, 50);
  const [{ level, title, container } = {}] = rows;
  assert.deepEqual([level, title, container], ['high', 'The tool runs', 'web-1']);
  assert.deepEqual(
    [rows[0]?.time, rows[49]?.time],
    [Date.UTC(2026, 2, 1, 7, 0, 59), Date.UTC(2026, 2, 1, 7, 0, 10)],
  );
  await processor.shutdown(AbortSignal.timeout(20_000));
});
