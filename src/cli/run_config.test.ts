import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCli, TestIo } from '../../test/support/cli_io.ts';
import type { DecodedMetric } from '../../test/support/otlp_decode.ts';
import { OtlpServer } from '../../test/support/otlp_server.ts';
import { dispatch } from './dispatch.ts';

const DEMO = fileURLToPath(new URL('../../config/demo/shop_attack.etl.gz', import.meta.url));

/** The demo to a peer of these endpoints: records, and Sigel's own metrics by this reader. */
function args(endpoint: string, reader: unknown, drain = '10s'): string[] {
  const config = {
    receivers: { etl: { include: [DEMO], progress: false } },
    processors: { batch: {} },
    exporters: { otlp_grpc: { endpoint, tls: { insecure: true } } },
    service: {
      drain_timeout: drain,
      telemetry: { metrics: { readers: [reader] } },
      pipelines: { logs: { receivers: ['etl'], processors: ['batch'], exporters: ['otlp_grpc'] } },
    },
  };
  return ['--config', `yaml:${JSON.stringify(config)}`];
}

function periodic(endpoint: string): unknown {
  return { periodic: { exporter: { otlp: { protocol: 'grpc', endpoint, insecure: true } } } };
}

/** The last value of a metric in an export, all of its points added up. */
function sum(metrics: readonly DecodedMetric[], name: string): number {
  const points = metrics.filter((metric) => metric.name === name).flatMap(({ points }) => points);
  return points.reduce((total, { value }) => total + Number(value), 0);
}

test('a run ends with an export of its metrics, which add up and name the components', async () => {
  const server = await OtlpServer.start();
  const { code, stderr } = await runCli(args(server.endpoint, periodic(server.endpoint)));
  server.stop();
  assert.equal(code, 0, stderr);
  const last = server.metrics().at(-1) ?? [];
  const records = server.logs().length;
  assert.ok(records > 500);
  assert.equal(sum(last, 'sigel.receiver.events.emitted'), records);
  assert.equal(
    sum(last, 'sigel.receiver.events.read'),
    records + sum(last, 'sigel.receiver.events.merged') + sum(last, 'sigel.receiver.events.state'),
  );
  assert.equal(sum(last, 'sigel.processor.records.emitted'), records);
  assert.equal(sum(last, 'sigel.exporter.records.delivered'), records);
  assert.equal(sum(last, 'sigel.exporter.records.queued'), 0);
  const taken = last.find(({ name }) => name === 'sigel.processor.records.taken');
  assert.deepEqual(taken?.points[0]?.attributes, [
    ['sigel.component.kind', 'processor'],
    ['sigel.component.id', 'batch'],
    ['sigel.pipeline.id', 'logs'],
  ]);
});

test('what was dropped when the time for draining was over is in the last export', async (t) => {
  const server = await OtlpServer.start();
  t.after(() => server.stop());
  const io = new TestIo();
  const running = dispatch(args('127.0.0.1:1', periodic(server.endpoint), '100ms'), io);
  let said = '';
  for (let turns = 0; !said.includes('delivery fails'); turns++) {
    assert.ok(turns < 2000, said);
    await sleep(5);
    said += io.err();
  }
  io.interrupt();
  // What was not delivered makes the exit code.
  assert.equal(await running, 1);
  const last = server.metrics().at(-1) ?? [];
  assert.ok(sum(last, 'sigel.exporter.records.dropped') + sum(last, 'sigel.receiver.records.dropped') > 0);
  assert.equal(sum(last, 'sigel.exporter.records.queued'), 0);
});

test('a peer of metrics that is away is said, and costs nothing else', async () => {
  const server = await OtlpServer.start();
  const { code, stderr } = await runCli(args(server.endpoint, periodic('127.0.0.1:1')));
  server.stop();
  assert.equal(code, 0, stderr);
  assert.ok(server.logs().length > 500);
  assert.equal(stderr.match(/metrics are not exported/g)?.length, 1, stderr);
});

test('an address for Prometheus that is taken is an error at the start', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { code, stderr } = await runCli(
    args('127.0.0.1:1', { pull: { exporter: { prometheus: { port } } } }),
  );
  other.close();
  assert.equal(code, 1);
  assert.match(stderr, /service::telemetry::metrics: listen EADDRINUSE/);
});
