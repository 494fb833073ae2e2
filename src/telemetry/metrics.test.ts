import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DecodedMetric } from '../../test/support/otlp_decode.ts';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { serviceSchema } from '../config/service_config.ts';
import type { MetricsConfig } from '../config/telemetry_config.ts';
import { internResource } from '../model/resource.ts';
import { createDiagnostics } from './diagnostics.ts';
import { Ledger } from './ledger.ts';
import { SILENT } from './logger.ts';
import { METRICS } from './metric_list.ts';
import { createMetrics, type Metrics, NO_METRICS } from './metrics.ts';

const resource = internResource({ 'service.name': 'sigel', 'host.name': 'node-1' });
const HOUR = 3_600_000;

async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    assert.ok(turns < 2000, 'it does not happen');
    await sleep(5);
  }
}

function metricsConfig(metrics: unknown): MetricsConfig {
  return serviceSchema.parse({ pipelines: {}, telemetry: { metrics } }).telemetry.metrics;
}

function periodic({ endpoint }: OtlpServer, otlp: object = {}, interval: number = HOUR): object {
  const peer = { protocol: 'grpc', endpoint, insecure: true, ...otlp };
  return { periodic: { interval, exporter: { otlp: peer } } };
}

/** A receiver and an exporter that saw something. */
function fill(metrics: Metrics, ledger: Ledger): void {
  const receiver = ledger.open('receiver etl', 'receiver');
  metrics.component(receiver, { 'sigel.component.kind': 'receiver', 'sigel.component.id': 'etl' });
  Object.assign(receiver, { read: 120, made: 1, emitted: 90, merged: 10, filtered: 5, queued: 2 });
  receiver.consumeAsState('schemas', 7);
  receiver.consumeAsState('log headers', 1);
  receiver.lose('ring', 6);
  const exporter = ledger.open('exporter otlp_grpc', 'exporter');
  metrics.component(exporter, { 'sigel.component.kind': 'exporter', 'sigel.component.id': 'otlp_grpc' });
  Object.assign(exporter, { taken: 90, delivered: 80, queued: 7 });
  exporter.drop('refused', 3);
}

/** `name{attribute=value} kind unit value` of each point, the component's kind left out. */
function linesOf(metrics: readonly DecodedMetric[]): string[] {
  return metrics.flatMap(({ name, kind, unit, points }) =>
    points.map(({ attributes, value }) => {
      const pairs = attributes
        .filter(([key]) => key !== 'sigel.component.kind')
        .map(([key, is]) => `${key.replace(/^sigel\./, '')}=${is as string}`);
      return `${name.replace(/^sigel\./, '')}{${pairs.join(',')}} ${kind} ${unit} ${value}`;
    }),
  );
}

async function open(t: { after: (fn: () => void) => void }, stop = false): Promise<OtlpServer> {
  const server = await OtlpServer.start();
  if (stop) server.stop();
  else t.after(() => server.stop());
  return server;
}

test('metrics: the ledger arrives at a real OTLP server with the last export', async (t) => {
  const server = await open(t);
  const config = metricsConfig({
    level: 'basic',
    readers: [periodic(server, { headers: [{ name: 'x-tenant', value: 'shop' }] })],
  });
  const metrics = await createMetrics(config, { resource, logger: SILENT });
  fill(metrics, new Ledger());
  await metrics.shutdown();
  const [exported = [], ...others] = server.metrics();
  assert.equal(others.length, 0);
  assert.deepEqual(linesOf(exported), [
    'receiver.events.read{component.id=etl} counter {event} 120',
    'receiver.events.merged{component.id=etl} counter {event} 10',
    'receiver.events.state{component.id=etl,state.type=schemas} counter {event} 7',
    'receiver.events.state{component.id=etl,state.type=log headers} counter {event} 1',
    'receiver.events.filtered{component.id=etl} counter {event} 5',
    'receiver.events.lost{component.id=etl,cause=ring} counter {event} 6',
    'receiver.events.emitted{component.id=etl} counter {event} 90',
    'receiver.records.made{component.id=etl} counter {record} 1',
    'receiver.records.queued{component.id=etl} gauge {record} 2',
    'exporter.records.taken{component.id=otlp_grpc} counter {record} 90',
    'exporter.records.delivered{component.id=otlp_grpc} counter {record} 80',
    'exporter.records.restored{component.id=otlp_grpc} counter {record} 0',
    'exporter.records.returned{component.id=otlp_grpc} counter {record} 0',
    'exporter.records.queued{component.id=otlp_grpc} gauge {record} 7',
    'exporter.records.dropped{component.id=otlp_grpc,cause=refused} counter {record} 3',
  ]);
  assert.deepEqual(exported[0]?.resource, [
    ['service.name', 'sigel'],
    ['host.name', 'node-1'],
  ]);
  assert.equal(exported[0]?.scope, 'sigel');
  assert.equal(server.requests[0]?.headers['x-tenant'], 'shop');
});

test('metrics: exported at the interval, instances of a component side by side', async (t) => {
  const server = await open(t);
  const reader = periodic(server, {}, 20);
  const metrics = await createMetrics(metricsConfig({ level: 'basic', readers: [reader] }), {
    resource,
    logger: SILENT,
  });
  const ledger = new Ledger();
  for (const pipeline of ['logs', 'logs/two']) {
    const account = ledger.open(`processor batch (${pipeline})`, 'processor');
    const meter = metrics.component(account, {
      'sigel.component.id': 'batch',
      'sigel.pipeline.id': pipeline,
    });
    account.taken = pipeline.length;
    meter
      .createObservableGauge('sigel.batch.fill')
      .addCallback((result) => result.observe(account.taken / 10, { own: 'x' }));
  }
  await until(() => server.metrics().length >= 2);
  await metrics.shutdown();
  const exports = server.metrics();
  for (const exported of [exports[1] ?? [], exports.at(-1) ?? []]) {
    const lines = linesOf(exported).filter((line) => /taken|fill/.test(line));
    assert.deepEqual(lines, [
      'processor.records.taken{component.id=batch,pipeline.id=logs} counter {record} 4',
      'processor.records.taken{component.id=batch,pipeline.id=logs/two} counter {record} 8',
      'batch.fill{own=x,component.id=batch,pipeline.id=logs} gauge  0.4',
      'batch.fill{own=x,component.id=batch,pipeline.id=logs/two} gauge  0.8',
    ]);
  }
});

const levels: readonly [level: string, process: boolean, sdk: boolean][] = [
  ['basic', false, false],
  ['normal', true, false],
  ['detailed', true, true],
];

for (const [level, process, sdk] of levels) {
  test(`metrics: what level ${level} has`, async (t) => {
    const server = await open(t);
    const metrics = await createMetrics(
      metricsConfig({ level, readers: [periodic(server, {}, 30), periodic(server)] }),
      {
        resource,
        logger: SILENT,
      },
    );
    fill(metrics, new Ledger());
    // The delay of the event loop is there from the second look on, the SDK's own from the second export.
    await until(() => server.metrics().length >= 4);
    await metrics.shutdown();
    const all = server.metrics().flat();
    const names = new Set(all.map(({ name }) => name));
    const ours = [...names].filter((name) => name.startsWith('sigel.process.'));
    assert.deepEqual(ours, process ? METRICS.normal.map(({ name }) => name) : []);
    for (const { name, points } of all)
      if (ours.includes(name)) for (const { value } of points) assert.ok(value >= 0, name);
    assert.equal(
      [...names].some((name) => name.startsWith('otel.sdk.')),
      sdk,
    );
  });
}

test('metrics: nobody reads, nothing is made', async () => {
  const options = { resource, logger: SILENT };
  const off = { level: 'none', readers: [{ pull: { exporter: { prometheus: {} } } }] };
  assert.equal(await createMetrics(metricsConfig(off), options), NO_METRICS);
  assert.equal(await createMetrics(metricsConfig({}), options), NO_METRICS);
});

test('metrics: that the peer is away is said once, and once that it is back', async (t) => {
  const gone = await open(t, true);
  const stderr = new PassThrough();
  const logs = serviceSchema.parse({ pipelines: {} }).telemetry.logs;
  const diagnostics = await createDiagnostics(logs, { stderr, resource });
  const reader = periodic(gone, { timeout: 450 }, 500);
  const metrics = await createMetrics(metricsConfig({ readers: [reader] }), {
    resource,
    logger: diagnostics.logger({}),
  });
  fill(metrics, new Ledger());
  await sleep(1000);
  const server = await OtlpServer.start({ port: gone.port });
  t.after(() => server.stop());
  await until(() => server.metrics().length >= 2);
  await metrics.shutdown();
  await diagnostics.shutdown();
  const lines = String(stderr.read()).replace(/^\S+Z /gm, '');
  assert.match(
    lines,
    /^warn {2}metrics are not exported endpoint=\S+ reason=".*"\ninfo {2}metrics are exported again endpoint=\S+ failed=\d+\n$/,
  );
});

test('metrics: a certificate that cannot be read is an error at the start', async (t) => {
  const server = await open(t);
  const config = metricsConfig({
    readers: [periodic(server, { insecure: false, certificate: '/nowhere/ca.pem' })],
  });
  await assert.rejects(createMetrics(config, { resource, logger: SILENT }), /nowhere.ca\.pem/);
});
