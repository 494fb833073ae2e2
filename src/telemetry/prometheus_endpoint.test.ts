import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceSchema } from '../config/service_config.ts';
import { internResource } from '../model/resource.ts';
import { Ledger } from './ledger.ts';
import { type LogFacts, SILENT } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const resource = internResource({ 'service.name': 'sigel' });

/** Metrics for Prometheus, and where they are. */
async function serve(port = 0): Promise<{ metrics: Metrics; url: string }> {
  const readers = [{ pull: { exporter: { prometheus: { port } } } }];
  const config = serviceSchema.parse({ pipelines: {}, telemetry: { metrics: { level: 'basic', readers } } });
  let url = '';
  const info = (_message: string, facts: LogFacts = {}) => {
    url = String(facts['url']);
  };
  const metrics = await createMetrics(config.telemetry.metrics, { resource, logger: { ...SILENT, info } });
  return { metrics, url };
}

test('Prometheus reads the ledger over HTTP, each time as it is', async () => {
  const { metrics, url } = await serve();
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const exporter = new Ledger().open('exporter debug', 'exporter');
  metrics.component(exporter, { 'sigel.component.id': 'debug' });
  for (const delivered of [80, 90]) {
    exporter.delivered = delivered;
    const response = await fetch(url);
    assert.equal(response.status, 200);
    const lines = (await response.text()).split('\n');
    const wanted = lines.filter((line) => line.includes('sigel_exporter_records_delivered_total'));
    assert.deepEqual(wanted.slice(0, 1), [
      '# HELP sigel_exporter_records_delivered_total Records that the peer or file accepted.',
    ]);
    assert.match(
      wanted.at(-1) ?? '',
      new RegExp(`^sigel_exporter_records_delivered_total\\{sigel_component_id="debug",.*\\} ${delivered}$`),
    );
    assert.ok(lines.includes('target_info{service_name="sigel"} 1'));
  }
  await metrics.shutdown();
  await assert.rejects(fetch(url));
});

const requests: readonly [title: string, path: string, method: string, status: number][] = [
  ['a query is no part of the path', '/metrics?a=b', 'GET', 200],
  ['HEAD', '/metrics', 'HEAD', 200],
  ['another path', '/', 'GET', 404],
  ['something to write', '/metrics', 'POST', 405],
];

test('Prometheus: what else is asked for', async (t) => {
  const { metrics, url } = await serve();
  for (const [title, path, method, status] of requests) {
    await t.test(title, async () => {
      const body = method === 'POST' ? { body: 'x' } : {};
      const response = await fetch(new URL(path, url), { method, ...body });
      await response.text();
      assert.equal(response.status, status);
    });
  }
  await metrics.shutdown();
});

test('Prometheus: an address that is taken is an error at the start', async () => {
  const { metrics, url } = await serve();
  await assert.rejects(serve(Number(new URL(url).port)), /EADDRINUSE/);
  await metrics.shutdown();
});
