import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ACCEPTED, retryLater } from '../../src/model/outcome.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { decodeLogs, decodeSpans } from '../../test/support/otlp_decode.ts';
import { type HttpAnswer, OtlpHttpServer } from '../../test/support/otlp_http_server.ts';
import { NEVER } from '../../test/support/senders.ts';
import { otlpHttpConfig } from './config.ts';
import { OtlpHttpExporter } from './exporter.ts';

const FAST_RETRY = { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '10s' };

/** An exporter and a peer of its own, both started; they stop with the test. */
async function setUp(
  t: TestContext,
  answer: (request: number, body: Buffer) => HttpAnswer = () => ({}),
  config: object = {},
) {
  const peer = await OtlpHttpServer.start(answer);
  const context = exporterContext('otlp_http');
  const parsed = otlpHttpConfig.parse({ endpoint: peer.url, retry_on_failure: FAST_RETRY, ...config });
  const exporter = new OtlpHttpExporter(context, parsed, {});
  await exporter.start(hostWith());
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  t.after(() => peer.stop());
  return { peer, exporter, account: context.account };
}

function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  return { delivered: account.delivered, dropped: Object.fromEntries(account.dropped) };
}

const pids = (peer: OtlpHttpServer) =>
  peer.taken().flatMap((body) => decodeLogs(body).map(({ attributes }) => Number(attributes.at(-2)?.[1])));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('requests', () => {
  for (const compression of ['gzip', 'none'])
    it(`protobuf, compression ${compression}`, async (t) => {
      const headers = { 'X-Tenant': 'shop' };
      const { peer, exporter, account } = await setUp(t, undefined, { compression, headers });
      assert.equal(await exporter.consumeLogs(logRecords(100)), ACCEPTED);
      assert.deepEqual(pids(peer), upTo(100));
      const [request] = peer.requests;
      assert.equal(request?.headers['content-type'], 'application/x-protobuf');
      assert.equal(request?.headers['content-encoding'], compression === 'gzip' ? 'gzip' : undefined);
      assert.equal(request?.headers['x-tenant'], 'shop');
      assert.match(String(request?.headers['user-agent']), /^sigel\//);
      assert.deepEqual(book(account), { delivered: 100, dropped: {} });
    });

  it('JSON', async (t) => {
    const { peer, exporter } = await setUp(t, undefined, { encoding: 'json' });
    await exporter.consumeLogs([logRecord(1)]);
    assert.equal(peer.requests[0]?.headers['content-type'], 'application/json');
    const sent = JSON.parse(String(peer.taken()[0])) as {
      resourceLogs: { scopeLogs: { logRecords: { eventName: string }[] }[] }[];
    };
    assert.equal(sent.resourceLogs[0]?.scopeLogs[0]?.logRecords[0]?.eventName, 'process.start');
  });

  it('spans', async (t) => {
    const { peer, exporter } = await setUp(t);
    await exporter.consumeTraces([span('cmd.exe')]);
    assert.deepEqual(
      peer
        .taken('/v1/traces')
        .flatMap(decodeSpans)
        .map(({ name }) => name),
      ['cmd.exe'],
    );
  });

  for (const [title, config, urls] of [
    ['a path before the signal’s', { endpoint: '/otlp/' }, ['/otlp/v1/logs', '/otlp/v1/traces']],
    ['URLs of their own', { logs_endpoint: '/l', traces_endpoint: '/t' }, ['/l', '/t']],
    ['one of its own', { endpoint: '', logs_endpoint: '/l' }, ['/l', '/v1/traces']],
  ] as const)
    it(`endpoints: ${title}`, async (t) => {
      const peer = await OtlpHttpServer.start();
      t.after(() => peer.stop());
      const at = Object.fromEntries(Object.entries(config).map(([key, path]) => [key, peer.url + path]));
      const exporter = new OtlpHttpExporter(exporterContext('otlp_http'), otlpHttpConfig.parse(at), {});
      await exporter.start(hostWith());
      await exporter.consumeLogs([logRecord(1)]);
      await exporter.consumeTraces([span('a')]);
      await exporter.shutdown(NEVER);
      assert.deepEqual(
        peer.requests.map(({ url }) => url),
        urls,
      );
    });

  it('a connection is used again', async (t) => {
    const { peer, exporter } = await setUp(t);
    for (const n of upTo(5)) await exporter.consumeLogs([logRecord(n)]);
    assert.equal(new Set(peer.requests.map(({ client }) => client.port)).size, 1);
  });

  it('a proxy of the environment is used, and not for what no_proxy names', async (t) => {
    const proxy = await OtlpHttpServer.start();
    t.after(() => proxy.stop());
    const env = { http_proxy: proxy.url, no_proxy: 'direct.test' };
    for (const endpoint of ['http://gateway.test:4318', 'http://direct.test:4318']) {
      const config = otlpHttpConfig.parse({ endpoint, retry_on_failure: { enabled: false } });
      const exporter = new OtlpHttpExporter(exporterContext('otlp_http'), config, env);
      await exporter.start(hostWith());
      await exporter.consumeLogs([logRecord(1)]);
      await exporter.shutdown(NEVER);
    }
    assert.deepEqual(
      proxy.requests.map(({ url }) => url),
      ['http://gateway.test:4318/v1/logs'],
    );
  });
});

describe('answers', () => {
  const json = { 'content-type': 'application/json' };
  for (const [title, status, answer, requests, dropped] of [
    ['429 is repeated', 429, {}, 2, {}],
    ['502 is repeated', 502, {}, 2, {}],
    ['503 is repeated', 503, { headers: { 'retry-after': '0' } }, 2, {}],
    ['504 is repeated', 504, {}, 2, {}],
    ['400 is for good', 400, {}, 1, { http_400: 2 }],
    ['401 is for good', 401, { headers: json, body: '{"message":"who?"}' }, 1, { http_401: 2 }],
    ['500 is for good', 500, {}, 1, { http_500: 2 }],
    ['redirections are not followed', 307, { headers: { location: '/other' } }, 1, { http_307: 2 }],
  ] as const)
    it(title, async (t) => {
      const { peer, exporter, account } = await setUp(t, (n) => (n === 1 ? { ...answer, status } : {}));
      assert.equal(await exporter.consumeLogs(logRecords(2)), ACCEPTED);
      assert.equal(peer.requests.length, requests);
      const count = Object.keys(dropped).length;
      assert.deepEqual(book(account), { delivered: count === 0 ? 2 : 0, dropped });
    });

  it('413 is sent in parts', async (t) => {
    const { peer, exporter, account } = await setUp(t, (_, body) => ({
      status: body.length > 20_000 ? 413 : 200,
    }));
    await exporter.consumeLogs(logRecords(500));
    assert.deepEqual(pids(peer), upTo(500));
    assert.deepEqual(book(account), { delivered: 500, dropped: {} });
  });

  for (const [encoding, body] of [
    ['json', '{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}'],
    ['proto', Uint8Array.of(0x0a, 0x02, 0x08, 0x02)],
    // A peer's count is not trusted.
    ['json', '{"partialSuccess":{"rejectedLogRecords":"-7"}}'],
    ['json', 'nonsense'],
  ] as const)
    it(`partial success, ${encoding}: ${String(body)}`, async (t) => {
      const { exporter, account } = await setUp(t, () => ({ body }), { encoding });
      await exporter.consumeLogs(logRecords(5));
      const isPartial = !/-7|nonsense/.test(String(body));
      const counts = isPartial
        ? { delivered: 3, dropped: { rejected_by_peer: 2 } }
        : { delivered: 5, dropped: {} };
      assert.deepEqual(book(account), counts);
    });

  it('no answer in time is repeated', async (t) => {
    const { exporter, account } = await setUp(t, (n) => ({ silent: n === 1 }), { timeout: '60ms' });
    await exporter.consumeLogs([logRecord(1)]);
    assert.deepEqual(book(account), { delivered: 1, dropped: {} });
  });

  it('an answer without end is not read on', async (t) => {
    const { exporter, account } = await setUp(t, () => ({ status: 500, body: 'x'.repeat(2 ** 22) }));
    await exporter.consumeLogs([logRecord(1)]);
    assert.deepEqual(book(account), { delivered: 0, dropped: { http_500: 1 } });
  });

  it('without queue and retries, a failure that may pass is handed back', async (t) => {
    const off = { enabled: false };
    const { exporter } = await setUp(
      t,
      () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'busy' }),
      { sending_queue: off, retry_on_failure: off },
    );
    assert.deepEqual(await exporter.consumeLogs([logRecord(1)]), retryLater('HTTP 503: busy'));
  });

  it('shutdown gives up at its deadline', async (t) => {
    const { exporter, account } = await setUp(t, () => ({ silent: true }));
    const open = exporter.consumeLogs(logRecords(2));
    await exporter.shutdown(AbortSignal.timeout(40));
    assert.equal((await open).kind, 'refused');
    assert.equal(account.returned, 2);
    assert.deepEqual(book(account), { delivered: 0, dropped: {} });
  });
});

describe('refused configurations', () => {
  for (const [title, config] of [
    ['no endpoint', {}],
    ['no URL', { endpoint: 'gateway:4318' }],
    ['a password in the URL', { endpoint: 'https://user:secret@gateway' }],
    ['a header that ends another', { endpoint: 'http://a', headers: { a: 'b\r\nc: d' } }],
    ['JSON on disk', { endpoint: 'http://a', encoding: 'json', sending_queue: { storage: 'file_storage' } }],
  ] as const)
    it(title, () => assert.equal(otlpHttpConfig.safeParse(config).success, false));
});
