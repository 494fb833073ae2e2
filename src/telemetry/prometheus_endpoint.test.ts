import assert from 'node:assert/strict';
import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCertificates } from '../../test/support/certificates.ts';
import { serviceSchema } from '../config/service_config.ts';
import { internResource } from '../model/resource.ts';
import { Ledger } from './ledger.ts';
import { type LogFacts, SILENT } from './logger.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const resource = internResource({ 'service.name': 'sigel' });

/** Metrics for Prometheus, and where they are. */
async function serve(prometheus: object = {}, own: object = {}): Promise<{ metrics: Metrics; url: string }> {
  const readers = [{ pull: { exporter: { prometheus: { port: 0, ...prometheus } } } }];
  const metricsConfig = { level: 'basic', readers, ...own };
  const config = serviceSchema.parse({ pipelines: {}, telemetry: { metrics: metricsConfig } });
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
      new RegExp(`^sigel_exporter_records_delivered_total\\{sigel_component_id="debug"\\} ${delivered}$`),
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
  await assert.rejects(serve({ port: Number(new URL(url).port) }), /EADDRINUSE/);
  await metrics.shutdown();
});

test('Prometheus: with a token, only who sends it may read', async (t) => {
  const { metrics, url } = await serve({ bearer_token: 'open sesame' });
  t.after(() => metrics.shutdown());
  for (const [authorization, status] of [
    ['Bearer open sesame', 200],
    ['Bearer open', 401],
    ['bearer open sesame', 401],
    ['', 401],
  ] as const) {
    const response = await fetch(url, { headers: authorization === '' ? {} : { authorization } });
    await response.text();
    assert.equal(response.status, status, authorization);
  }
});

const pairs = [createCertificates(), createCertificates()] as const;
after(() => {
  for (const pair of pairs) pair?.remove();
});

test('Prometheus: over HTTPS, with a certificate that changes', {
  skip: pairs[0] === undefined && 'needs openssl',
}, async (t) => {
  const [first, second] = pairs;
  assert.ok(first !== undefined && second !== undefined);
  const folder = mkdtempSync(join(tmpdir(), 'sigel-endpoint-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const put = ({ certFile, keyFile }: typeof first) => {
    copyFileSync(certFile, join(folder, 'cert.pem'));
    copyFileSync(keyFile, join(folder, 'key.pem'));
  };
  put(first);
  const tls = {
    cert_file: join(folder, 'cert.pem'),
    key_file: join(folder, 'key.pem'),
    reload_interval: '20ms',
  };
  const { metrics, url } = await serve({ tls });
  t.after(() => metrics.shutdown());
  assert.match(url, /^https:/);
  assert.equal(await statusOver(url, first.ca), 200);
  await assert.rejects(statusOver(url, second.ca), /self-signed|certificate/);
  put(second);
  while ((await statusOver(url, second.ca).catch(() => 0)) !== 200) await sleep(10);
});

test('Prometheus: a certificate that cannot be read is an error at the start', async () => {
  const tls = { cert_file: '/nowhere/cert.pem', key_file: '/nowhere/key.pem' };
  await assert.rejects(serve({ tls }), /tls\.(cert|key)_file: cannot read .nowhere/);
});

/** A connection of its own: a session that is resumed would not show the certificate. */
async function statusOver(url: string, ca: Buffer): Promise<number | undefined> {
  const request = get(url, { ca, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

test("Prometheus: the Collector's names are served as the Collector serves them", async (t) => {
  const { metrics, url } = await serve({}, { naming: 'collector' });
  t.after(() => metrics.shutdown());
  const ledger = new Ledger();
  const show = (kind: 'receiver' | 'processor' | 'exporter', id: string, own: object) => {
    const account = ledger.open(`${kind} ${id}`, kind);
    metrics.component(account, { 'sigel.component.id': id });
    return Object.assign(account, own);
  };
  show('receiver', 'etw/one', { emitted: 90 }).drop('refused', 4);
  show('receiver', 'etl', {}).lose('kernel', 6);
  show('processor', 'batch', { taken: 90, emitted: 80 });
  const { status } = show('exporter', 'otlp_grpc', { delivered: 70 });
  status.show('queue', () => ({ used: 3, size: 1000, sizer: 'requests', onDisk: false }));
  const text = await (await fetch(url)).text();
  const lines = text
    .split('\n')
    .filter((line) => /^otelcol_(receiver|processor|exporter)/.test(line))
    .map((line) => line.replace(/sigel_component_id="[^"]*",/, ''));
  assert.deepEqual(lines, [
    'otelcol_receiver_accepted_log_records{receiver="etw/one",transport="etw"} 86',
    'otelcol_receiver_accepted_log_records{receiver="etl",transport="etl"} 0',
    'otelcol_receiver_refused_log_records{receiver="etw/one",transport="etw"} 4',
    'otelcol_receiver_refused_log_records{receiver="etl",transport="etl"} 0',
    'otelcol_receiver_failed_log_records{receiver="etw/one",transport="etw"} 0',
    'otelcol_receiver_failed_log_records{receiver="etl",transport="etl"} 6',
    'otelcol_processor_incoming_items{processor="batch",otel_signal="logs"} 90',
    'otelcol_processor_outgoing_items{processor="batch",otel_signal="logs"} 80',
    'otelcol_exporter_sent_log_records{exporter="otlp_grpc",data_type="logs"} 70',
    'otelcol_exporter_send_failed_log_records{exporter="otlp_grpc",data_type="logs"} 0',
    'otelcol_exporter_enqueue_failed_log_records{exporter="otlp_grpc",data_type="logs"} 0',
    'otelcol_exporter_queue_size{exporter="otlp_grpc",data_type="logs"} 3',
    'otelcol_exporter_queue_capacity{exporter="otlp_grpc",data_type="logs"} 1000',
  ]);
  assert.match(text, /^# TYPE otelcol_exporter_sent_log_records counter$/m);
  assert.match(text, /^sigel_exporter_records_delivered_total\{/m, 'our own stay');
});
