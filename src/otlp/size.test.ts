import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { writeLogs } from './logs.ts';
import { estimateLogs, estimateSpans } from './size.ts';
import { writeTraces } from './traces.ts';
import { ProtobufWriter } from './writer.ts';

const nested = { a: ['x'.repeat(100), 1, true], b: { c: Uint8Array.from({ length: 50 }) } };

for (const [title, records] of [
  ['small records', logRecords(100)],
  ['large texts', logRecords(10, { body: 'x'.repeat(5000) })],
  ['nested bodies', logRecords(10, { body: nested })],
  ['records with a span', logRecords(10, { spanContext: span('x').spanContext() })],
  ['encoded before', logRecords(10)],
] as const) {
  test(`the estimate for ${title} is within a tenth of what they take`, () => {
    const writer = new ProtobufWriter();
    if (title === 'encoded before') writeLogs(writer, records);
    const estimate = estimateLogs(records);
    writer.reset();
    writeLogs(writer, records);
    assert.ok(Math.abs(estimate / writer.length - 1) < 0.1, `${estimate} for ${writer.length}`);
  });
}

test('the estimate for spans is within a quarter of what they take', () => {
  const { spanContext } = span('x');
  const events = [{ name: 'exec', time: [1, 0] as [number, number], attributes: { path: 'C:\\tool.exe' } }];
  const batch = Array.from({ length: 50 }, () =>
    span('cmd.exe', { events, links: [{ context: spanContext() }] }),
  );
  const writer = new ProtobufWriter();
  writeTraces(writer, batch);
  assert.ok(
    Math.abs(estimateSpans(batch) / writer.length - 1) < 0.25,
    `${estimateSpans(batch)} for ${writer.length}`,
  );
});

test('an endless value has an estimate', () => {
  const endless: Record<string, unknown> = {};
  endless['self'] = endless;
  assert.ok(estimateLogs([logRecord(1, { body: endless as never })]) > 0);
});
