import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import type { RuleStatistics } from '../sigma/rule_totals.ts';
import { observeRules } from './rule_metrics.ts';

const rule = (id: string, more: Partial<RuleStatistics> = {}): RuleStatistics => ({
  id,
  title: id,
  level: 'high',
  evaluations: 1,
  matches: 0,
  time: 0.001,
  errors: 0,
  lastError: undefined,
  ...more,
});

/** What is collected of `sigel.rule.evaluations`, by rule. */
function collector(read: () => readonly RuleStatistics[]): () => Promise<ReadonlyMap<string, number>> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  observeRules(new MeterProvider({ readers: [reader] }).getMeter('test'), read);
  return async () => {
    await reader.forceFlush();
    const [metric] = exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? [];
    const points = metric?.dataPoints ?? [];
    return new Map(
      points.map(({ attributes, value }) => [String(attributes['sigel.rule.id']), Number(value)]),
    );
  };
}

test('200 rules stand for themselves, those first that match or cost most; the rest is one', async () => {
  const quiet = Array.from({ length: 300 }, (_, i) => rule(`quiet-${i}`));
  const idle = rule('idle', { evaluations: 0 });
  let all = [...quiet, idle, rule('slow', { time: 9, evaluations: 5 }), rule('matched', { matches: 1 })];
  const collect = collector(() => all);
  const first = await collect();
  assert.equal(first.size, 201);
  assert.deepEqual(
    [first.get('slow'), first.get('matched'), first.get('idle'), first.get('other')],
    [5, 1, undefined, 102],
  );
  // Who comes later does not take the place of another, whose counter would end.
  all = [...all, rule('late', { matches: 7, evaluations: 7 })];
  const second = await collect();
  assert.deepEqual([second.size, second.get('late'), second.get('other')], [201, undefined, 109]);
  assert.deepEqual(
    [...first.keys()].filter((id) => !second.has(id)),
    [],
  );
});
