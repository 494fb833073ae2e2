import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { ACCEPTED } from '../../src/model/outcome.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecord, logRecords } from '../../test/support/log_records.ts';
import { MemoryStorage, storageExtension } from '../../test/support/memory_storage.ts';
import { type HttpAnswer, OtlpHttpServer } from '../../test/support/otlp_http_server.ts';
import { webhookConfig } from './config.ts';
import { WebhookExporter } from './exporter.ts';

const RETRY = { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '10s' };
const BODY = { pid: '{{process.pid}}' };
const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

async function setUp(
  t: TestContext,
  answer: (request: number, body: Buffer) => HttpAnswer = () => ({}),
  config: object = {},
) {
  const peer = await OtlpHttpServer.start(answer);
  t.after(() => peer.stop());
  const context = exporterContext('webhook');
  const base = { endpoint: `${peer.url}/hook?a=1`, body: BODY, retry_on_failure: RETRY };
  const exporter = new WebhookExporter(context, webhookConfig.parse({ ...base, ...config }));
  await exporter.start(hostWith());
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  const bodies = () => peer.requests.map(({ body }) => JSON.parse(String(body)) as unknown);
  return { peer, exporter, account: context.account, bodies };
}

function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  return { delivered: account.delivered, dropped: Object.fromEntries(account.dropped) };
}

describe('webhook', () => {
  it('a request for each record, in order', async (t) => {
    const { peer, exporter, account, bodies } = await setUp(t, undefined, { headers: { 'X-Team': 'shop' } });
    assert.equal(await exporter.consumeLogs(logRecords(3)), ACCEPTED);
    assert.deepEqual(bodies(), [{ pid: 1 }, { pid: 2 }, { pid: 3 }]);
    const [first] = peer.requests;
    assert.equal(first?.url, '/hook?a=1');
    assert.equal(first?.headers['content-type'], 'application/json');
    assert.equal(first?.headers['x-team'], 'shop');
    assert.deepEqual(book(account), { delivered: 3, dropped: {} });
  });

  it('arrays of at most max_records', async (t) => {
    const { exporter, bodies } = await setUp(t, undefined, { max_records: 2 });
    await exporter.consumeLogs(logRecords(5));
    const sent = bodies() as { pid: number }[][];
    assert.deepEqual(
      sent.flat(),
      [1, 2, 3, 4, 5].map((pid) => ({ pid })),
    );
    assert.ok(sent.every(({ length }) => length <= 2));
  });

  for (const [title, status, requests, dropped] of [
    ['a 500 is repeated', 500, 2, {}],
    ['a 408 is repeated', 408, 2, {}],
    ['a 429 is repeated', 429, 2, {}],
    ['a 403 drops the record', 403, 1, { http_403: 1 }],
    ['a redirection is not followed', 302, 1, { http_302: 1 }],
  ] as const)
    it(title, async (t) => {
      const { peer, exporter, account } = await setUp(t, (n) => (n === 1 ? { status } : {}));
      await exporter.consumeLogs([logRecord(1)]);
      assert.equal(peer.requests.length, requests);
      assert.deepEqual(book(account), { delivered: 2 - 1 - Object.keys(dropped).length, dropped });
    });

  it('of what is repeated only the one that failed comes again', async (t) => {
    const { exporter, bodies } = await setUp(t, (n) => (n === 2 ? { status: 503 } : {}));
    await exporter.consumeLogs(logRecords(3));
    assert.deepEqual(
      bodies(),
      [1, 2, 2, 3].map((pid) => ({ pid })),
    );
  });

  it('a record that is too large is dropped, the others are sent', async (t) => {
    const config = { max_message_size: '1KiB', max_records: 10, body: { body: '{{body}}' } };
    const { exporter, account, bodies } = await setUp(t, undefined, config);
    const large = logRecord(2, { body: 'x'.repeat(2000) });
    await exporter.consumeLogs([logRecord(1), large, logRecord(3)]);
    assert.deepEqual(bodies().flat(), [{ body: 'process 1 started' }, { body: 'process 3 started' }]);
    assert.deepEqual(book(account), { delivered: 2, dropped: { too_large: 1 } });
  });

  it('signed as Standard Webhooks says: the same id when it is sent again', async (t) => {
    const { peer, exporter } = await setUp(t, (n) => (n === 1 ? { status: 500 } : {}), {
      hmac: { secret: SECRET },
    });
    await exporter.consumeLogs([logRecord(1)]);
    const key = Buffer.from(SECRET.slice(6), 'base64');
    for (const { headers, body } of peer.requests) {
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = headers;
      const expected = createHmac('sha256', key).update(`${String(id)}.${String(time)}.${String(body)}`);
      assert.equal(signature, `v1,${expected.digest('base64')}`);
      assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 300);
    }
    const ids = peer.requests.map(({ headers }) => headers['webhook-id']);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  });

  it('signed as GitHub does', async (t) => {
    const { peer, exporter } = await setUp(t, undefined, {
      hmac: { secret: "It's a Secret", format: 'hub' },
    });
    await exporter.consumeLogs([logRecord(1)]);
    // The digest of that text and secret by `openssl dgst -sha256 -hmac`.
    assert.equal(
      peer.requests[0]?.headers['x-hub-signature-256'],
      'sha256=21b8f19702a79aff06234ffe6d98beea2d82bdad652e4182eae832a0b4bab87d',
    );
  });

  it('what is on disk is sent by the next run', async (t) => {
    const storage = new MemoryStorage();
    const queue = { sending_queue: { storage: 'file_storage' } };
    let isDown = true;
    const peer = await OtlpHttpServer.start(() => (isDown ? { status: 503 } : {}));
    t.after(() => peer.stop());
    const run = async () => {
      const context = exporterContext('webhook');
      const config = { endpoint: peer.url, body: BODY, retry_on_failure: RETRY, ...queue };
      const exporter = new WebhookExporter(context, webhookConfig.parse(config));
      await exporter.start(hostWith({ file_storage: storageExtension(storage) }));
      return { exporter, account: context.account };
    };
    const first = await run();
    assert.equal(await first.exporter.consumeLogs(logRecords(3)), ACCEPTED);
    await first.exporter.shutdown(AbortSignal.abort());
    isDown = false;
    const second = await run();
    await second.exporter.shutdown(AbortSignal.timeout(60_000));
    assert.deepEqual(
      peer.requests.filter(({ status }) => status === 200).map(({ body }) => String(body)),
      ['{"pid":1}', '{"pid":2}', '{"pid":3}'],
    );
    assert.equal(second.account.restored, 3);
    assert.deepEqual(book(second.account), { delivered: 3, dropped: {} });
  });
});

for (const [title, config, path] of [
  ['no URL', { endpoint: 'hooks' }, 'endpoint'],
  ['a user in the URL', { endpoint: 'https://me:pw@hooks.example.com' }, 'endpoint'],
  ['a placeholder that does not end', { body: { text: '{{time' } }, 'body'],
  ['a secret that is too short', { hmac: { secret: 'aGk=' } }, 'hmac.secret'],
] as const)
  it(`${title} is refused`, () => {
    const { error } = webhookConfig.safeParse({ endpoint: 'https://hooks.example.com', ...config });
    assert.equal(error?.issues[0]?.path.join('.'), path);
  });
