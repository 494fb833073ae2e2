import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { ACCEPTED } from '../../src/model/outcome.ts';
import { writeLogs } from '../../src/otlp/logs.ts';
import { ProtobufWriter } from '../../src/otlp/writer.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { createCertificates } from '../../test/support/certificates.ts';
import { exporterContext, logRecord, logRecords } from '../../test/support/log_records.ts';
import { OtlpServer, type OtlpServerOptions } from '../../test/support/otlp_server.ts';
import { NEVER } from '../../test/support/senders.ts';
import { otelSdkConfig, sdkUrl } from './config.ts';
import { OtelSdkExporter } from './exporter.ts';

async function setUp(
  t: { after(fn: () => unknown): void },
  server: OtlpServerOptions = {},
  config: object = {},
) {
  const peer = await OtlpServer.start(server);
  const context = exporterContext('otel_sdk');
  const base = {
    endpoint: peer.endpoint,
    tls: { insecure: true },
    retry_on_failure: { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '10s' },
  };
  const exporter = new OtelSdkExporter(context, otelSdkConfig.parse({ ...base, ...config }));
  await exporter.start();
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  t.after(() => peer.stop());
  return { peer, exporter, account: context.account };
}
function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  return { taken: account.taken, delivered: account.delivered, dropped: Object.fromEntries(account.dropped) };
}

describe('otel_sdk', () => {
  for (const compression of ['gzip', 'none']) {
    it(`delivers the very message of otlp_grpc, compression ${compression}`, async (t) => {
      const { peer, exporter, account } = await setUp(t, {}, { compression, headers: { 'x-tenant': 'a' } });
      const records = logRecords(100);
      assert.equal(await exporter.consumeLogs(records), ACCEPTED);
      const writer = new ProtobufWriter();
      writeLogs(writer, records);
      assert.deepEqual(peer.requests[0]?.message, writer.view());
      assert.equal(peer.requests[0]?.headers['x-tenant'], 'a');
      assert.match(
        String(peer.requests[0]?.headers['user-agent']),
        /^sigel\/.* OTel-OTLP-Exporter-JavaScript/,
      );
      assert.deepEqual(book(account), { taken: 100, delivered: 100, dropped: {} });
    });
  }

  it('repeats what may pass', async (t) => {
    const { peer, exporter, account } = await setUp(t, {
      answer: (n) => (n < 3 ? { code: status.UNAVAILABLE } : {}),
    });
    assert.equal(await exporter.consumeLogs(logRecords(2)), ACCEPTED);
    assert.equal(peer.requests.length, 3);
    assert.deepEqual(book(account), { taken: 2, delivered: 2, dropped: {} });
  });

  it('drops and counts what fails for good', async (t) => {
    const { exporter, account } = await setUp(t, { answer: () => ({ code: status.UNAUTHENTICATED }) });
    assert.equal(await exporter.consumeLogs(logRecords(2)), ACCEPTED);
    assert.deepEqual(book(account), { taken: 2, delivered: 0, dropped: { unauthenticated: 2 } });
  });

  for (const [title, server, config] of [
    ['foreseen', {}, { max_message_size: '16KiB' }],
    ['refused by the peer', { maxMessageSize: 16 * 1024 }, {}],
  ] as const) {
    it(`splits what is too large, ${title}`, async (t) => {
      const { peer, exporter, account } = await setUp(t, server, config);
      assert.equal(await exporter.consumeLogs(logRecords(300)), ACCEPTED);
      assert.equal(peer.logs().length, 300);
      assert.ok(peer.requests.every(({ message }) => message.length <= 16 * 1024));
      assert.deepEqual(book(account), { taken: 300, delivered: 300, dropped: {} });
    });
  }

  it('cannot see a partial success: all counts as delivered', async (t) => {
    const { exporter, account } = await setUp(t, {
      answer: () => ({ partial: { rejected: 1, message: 'no' } }),
    });
    await exporter.consumeLogs(logRecords(2));
    assert.deepEqual(book(account), { taken: 2, delivered: 2, dropped: {} });
  });

  it('survives a peer that is restarted', async (t) => {
    const { peer, exporter, account } = await setUp(t);
    peer.stop();
    const outcome = exporter.consumeLogs(logRecords(2));
    const successor = await OtlpServer.start({ port: peer.port });
    t.after(() => successor.stop());
    assert.equal(await outcome, ACCEPTED);
    assert.equal(successor.logs().length, 2);
    assert.deepEqual(book(account), { taken: 2, delivered: 2, dropped: {} });
  });

  it('gives up at the deadline of a shutdown', async (t) => {
    const { exporter, account } = await setUp(
      t,
      { answer: () => ({ delayMs: 60_000 }) },
      { timeout: '300ms' },
    );
    const outcome = exporter.consumeLogs(logRecords(2));
    await exporter.shutdown(AbortSignal.timeout(20));
    assert.equal((await outcome).kind, 'refused');
    assert.equal(account.returned, 2);
    assert.deepEqual(book(account), { taken: 2, delivered: 0, dropped: {} });
  });

  it('is safe to shut down without start', async () => {
    await new OtelSdkExporter(
      exporterContext('otel_sdk'),
      otelSdkConfig.parse({ endpoint: 'gone:1' }),
    ).shutdown(NEVER);
  });

  const certificates = createCertificates();
  if (certificates === undefined)
    process.stderr.write('SKIPPED: the TLS test of otel_sdk, which needs the openssl command\n');
  it('delivers over TLS', { skip: certificates === undefined }, async (t) => {
    if (certificates === undefined) return;
    t.after(() => certificates.remove());
    const { cert, key, caFile } = certificates;
    const { peer, exporter } = await setUp(t, { tls: { cert, key } }, { tls: { ca_file: caFile } });
    await exporter.consumeLogs([logRecord(1)]);
    assert.equal(peer.logs().length, 1);
  });
});

for (const [endpoint, url] of [
  ['gateway:4317', 'http://gateway:4317'],
  ['https://gateway:443', 'http://gateway:443'],
  ['http://gateway:80', 'https://gateway:80'],
  ['dns:///gateway:4317', 'http://gateway:4317'],
  ['[::1]:4317', 'http://[::1]:4317'],
  ['unix:///run/otel.sock', 'unix:///run/otel.sock'],
  ['dns://8.8.8.8/gateway:4317', undefined],
  ['ipv4:10.0.0.1:4317', undefined],
] as const) {
  it(`${endpoint} is given to the stock exporter as ${url}`, () => {
    assert.equal(sdkUrl(endpoint), url);
    if (url?.startsWith('http')) assert.equal(new URL(url).host, url.replace(/^https?:\/\//, ''));
  });
}
