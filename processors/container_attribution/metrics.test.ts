import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { Attributing, fakeClock, told, turn } from '../../test/support/attribution.ts';

class Reader extends MetricReader {
  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Points as `name{by}` with their values, zeros left out. */
async function points(reader: Reader): Promise<Record<string, unknown>> {
  const { resourceMetrics } = await reader.collect();
  const found: Record<string, unknown> = {};
  for (const { metrics } of resourceMetrics.scopeMetrics)
    for (const { descriptor, dataPoints } of metrics)
      for (const { attributes, value } of dataPoints)
        if (value !== 0)
          found[`${descriptor.name.replace('sigel.attribution.', '')}{${Object.values(attributes).join()}}`] =
            value;
  return found;
}

test('metrics say what was found, what waits, what is remembered and what is left out', async (t) => {
  fakeClock(t);
  const reader = new Reader();
  const provider = new MeterProvider({ readers: [reader] });
  const world = new Attributing({ exclude: [{ pods: ['tool-*'] }] }, provider.getMeter('sigel'));
  await world.start();
  world.containerd.create('web', 1);
  world.containerd.create('tool', 1);
  const open = [
    world.take(told('process.start', 100, 10, { session: 6 }), told('file.create', 100, 11)),
    world.take(told('process.start', 200, 10, { session: 7 })),
    world.take(told('process.start', 300, 10, { session: 8 })),
  ];
  assert.deepEqual(await points(reader), { 'parked{}': 4, 'remembered{waiting}': 3 });
  world.containerd.run('web', 100, 12);
  world.containerd.run('tool', 200, 12);
  const says = { session: 0, path: 'C:\\k\\kubelet.exe', user: 'S-1-5-18' };
  await world.take(told('process.start', 60, 20, says), told('file.create', 60, 21));
  await turn();
  assert.deepEqual(await points(reader), {
    'attributed{pid}': 2,
    'excluded{container}': 1,
    'excluded{noise}': 1,
    'parked{}': 1,
    'released{}': 3,
    'remembered{claims}': 2,
    'remembered{sessions}': 2,
    'remembered{waiting}': 1,
  });
  t.mock.timers.tick(2000);
  await Promise.all(open);
  const {
    'unresolved{}': unresolved,
    'expired{}': expired,
    'remembered{quiet}': quiet,
  } = await points(reader);
  assert.deepEqual([unresolved, expired, quiet], [1, 1, 1]);
});

test('containers are shown with how they were found, the newest first', async (t) => {
  fakeClock(t);
  const world = new Attributing();
  await world.start();
  world.containerd.create('web', 1);
  world.containerd.create('idle', 2);
  world.containerd.run('web', 100, 12);
  await world.take(
    told('process.start', 100, 10, { session: 6 }),
    told('process.start', 101, 20, { parent: 100 }),
  );
  await world.take(told('file.create', 100, 21), told('file.create', 101, 22));
  const shown = world.account.status.shown('containers').flat();
  assert.deepEqual(
    shown.map(({ id, state, methods }) => [id, state, methods]),
    [
      ['idle', 'created', []],
      ['web', 'running', ['pid', 'parent']],
    ],
  );
  await world.shutdown();
});
