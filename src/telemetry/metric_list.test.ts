import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLLECTOR_METRICS } from './collector_metrics.ts';
import { METRICS } from './metric_list.ts';

test('metrics: each name stands once, as OpenTelemetry writes names, with a sentence', () => {
  const all = Object.values(METRICS).flat();
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  for (const { name, description } of all) {
    assert.match(name, /^sigel(\.[a-z][a-z0-9_]*)+$/);
    assert.match(description, /^[A-Z].*\.$/);
  }
});

test("metrics: the Collector's names are told apart from ours", () => {
  const names = COLLECTOR_METRICS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^otelcol_[a-z_]+$/);
});
