import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Meter } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { componentMeter } from './component_meter.ts';

class Reader extends MetricReader {
  async onForceFlush(): Promise<void> {}
  async onShutdown(): Promise<void> {}
}

/** The attributes and values of every point that a meter with these instruments gives. */
async function pointsOf(use: (meter: Meter) => void): Promise<unknown[]> {
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  use(componentMeter(provider.getMeter('test'), { id: 'etw' }));
  const { resourceMetrics, errors } = await reader.collect();
  assert.deepEqual(errors, []);
  const { metrics = [] } = resourceMetrics.scopeMetrics[0] ?? {};
  const points = metrics.flatMap(({ dataPoints }) =>
    dataPoints.map(({ attributes, value }) => [attributes, typeof value === 'number' ? value : value.sum]),
  );
  await provider.shutdown();
  return points;
}

const OWN = { cause: 'x' };

const instruments: readonly [title: string, use: (meter: Meter) => void][] = [
  ['a counter', (meter) => meter.createCounter('m').add(2, OWN)],
  ['an up-down counter', (meter) => meter.createUpDownCounter('m').add(2, OWN)],
  ['a gauge', (meter) => meter.createGauge('m').record(2, OWN)],
  ['a histogram', (meter) => meter.createHistogram('m').record(2, OWN)],
  [
    'an observable counter',
    (meter) => meter.createObservableCounter('m').addCallback((result) => result.observe(2, OWN)),
  ],
  [
    'an observable up-down counter',
    (meter) => meter.createObservableUpDownCounter('m').addCallback((result) => result.observe(2, OWN)),
  ],
  [
    'an observable gauge',
    (meter) => meter.createObservableGauge('m').addCallback((result) => result.observe(2, OWN)),
  ],
  [
    'a batch of observables',
    (meter) => {
      const gauge = meter.createObservableGauge('m');
      meter.addBatchObservableCallback((result) => result.observe(gauge, 2, OWN), [gauge]);
    },
  ],
];

for (const [title, use] of instruments) {
  test(`a component's meter: ${title} carries its attributes beside its own`, async () => {
    assert.deepEqual(await pointsOf(use), [[{ cause: 'x', id: 'etw' }, 2]]);
  });
}

test("a component's meter: its own attributes cannot take the component's place", async () => {
  const points = await pointsOf((meter) => meter.createCounter('m').add(1, { id: 'other' }));
  assert.deepEqual(points, [[{ id: 'etw' }, 1]]);
});

test("a component's meter: callbacks that are removed are not called any more", async () => {
  const points = await pointsOf((meter) => {
    const gauge = meter.createObservableGauge('m');
    const one = () => assert.fail('removed');
    gauge.addCallback(one);
    gauge.removeCallback(one);
    meter.addBatchObservableCallback(one, [gauge]);
    meter.removeBatchObservableCallback(one, [gauge]);
  });
  assert.deepEqual(points, []);
});
