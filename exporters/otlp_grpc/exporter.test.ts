import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { ACCEPTED, retryLater } from '../../src/model/outcome.ts';
import type { Account } from '../../src/telemetry/ledger.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecord, logRecords, span } from '../../test/support/log_records.ts';
import { OtlpServer, type OtlpServerOptions } from '../../test/support/otlp_server.ts';
import { NEVER } from '../../test/support/senders.ts';
import { otlpGrpcConfig } from './config.ts';
import { OtlpGrpcExporter } from './exporter.ts';

const FAST_RETRY = { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '10s' };
const CHANNEL = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.enable_http_proxy': 0 };

/** An exporter that talks to a server of its own, both started; they stop with the test. */
async function setUp(
  t: { after(fn: () => unknown): void },
  server: OtlpServerOptions = {},
  config: object = {},
) {
  const peer = await OtlpServer.start(server);
  const context = exporterContext('otlp_grpc');
  const plain = { endpoint: peer.endpoint, tls: { insecure: true }, retry_on_failure: FAST_RETRY };
  const exporter = new OtlpGrpcExporter(context, otlpGrpcConfig.parse({ ...plain, ...config }), CHANNEL);
  await exporter.start(hostWith());
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  t.after(() => peer.stop());
  return { peer, exporter, account: context.account };
}
function book(account: Account) {
  assert.equal(account.imbalance(), 0);
  return {
    taken: account.taken,
    delivered: account.delivered,
    queued: account.queued,
    dropped: Object.fromEntries(account.dropped),
  };
}
const pids = (peer: OtlpServer) => peer.logs().map(({ attributes }) => Number(attributes.at(-2)?.[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('delivery', () => {
  for (const compression of ['gzip', 'none']) {
    it(`of log records, compression ${compression}`, async (t) => {
      const headers = { authorization: 'Bearer abc' };
      const { peer, exporter, account } = await setUp(t, {}, { compression, headers });
      assert.equal(await exporter.consumeLogs(logRecords(100)), ACCEPTED);
      const [first] = peer.logs();
      assert.deepEqual(first, {
        resource: [['host.name', 'node-1']],
        scope: 'sigel/test',
        timeUnixNano: 1_700_000_000_000_000_001n,
        observedTimeUnixNano: 1_700_000_001_000_000_000n,
        severityNumber: 9,
        severityText: 'INFO',
        body: 'process 1 started',
        attributes: [
          ['etw.provider.name', 'Test-Provider'],
          ['etw.event.id', 1n],
          ['process.pid', 1n],
          ['process.command_line', 'C:\\Windows\\tool.exe /n 1'],
        ],
        flags: 0,
        traceId: '',
        spanId: '',
        eventName: 'process.start',
      });
      assert.deepEqual(pids(peer), upTo(100));
      const [request] = peer.requests;
      assert.equal(request?.headers['authorization'], 'Bearer abc');
      assert.match(String(request?.headers['user-agent']), /^sigel\/\d+\.\d+\.\d+/);
      assert.deepEqual(book(account), { taken: 100, delivered: 100, queued: 0, dropped: {} });
    });
  }

  it('of spans', async (t) => {
    const { peer, exporter, account } = await setUp(t);
    assert.equal(await exporter.consumeTraces([span('cmd.exe'), span('tor.exe')]), ACCEPTED);
    assert.deepEqual(
      peer.spans().map(({ name }) => name),
      ['cmd.exe', 'tor.exe'],
    );
    assert.deepEqual(book(account), { taken: 2, delivered: 2, queued: 0, dropped: {} });
  });

  it('of several requests at a time', async (t) => {
    const { peer, exporter } = await setUp(
      t,
      { answer: () => ({ delayMs: 50 }) },
      { sending_queue: { num_consumers: 4 } },
    );
    const outcomes = upTo(5).map((n) => exporter.consumeLogs([logRecord(n)]));
    await Promise.any(outcomes);
    assert.ok(peer.requests.length >= 4, 'four were sent before the first was answered');
    await Promise.all(outcomes);
    assert.equal(peer.logs().length, 5);
  });
});

describe('failures', () => {
  it('UNAVAILABLE three times, then it works', async (t) => {
    const { peer, exporter, account } = await setUp(t, {
      answer: (n) => (n <= 3 ? { code: status.UNAVAILABLE } : {}),
    });
    assert.equal(await exporter.consumeLogs(logRecords(3)), ACCEPTED);
    assert.equal(peer.requests.length, 4);
    assert.deepEqual(book(account), { taken: 3, delivered: 3, queued: 0, dropped: {} });
  });

  it('a peer that stops and comes back: every record arrives once', async (t) => {
    const { peer, exporter, account } = await setUp(t);
    await exporter.consumeLogs(logRecords(2));
    peer.stop();
    const outcome = exporter.consumeLogs([logRecord(3)]);
    assert.equal(
      await Promise.race([outcome, new Promise((resolve) => setTimeout(resolve, 30, 'open'))]),
      'open',
    );
    assert.deepEqual(book(account), { taken: 3, delivered: 2, queued: 1, dropped: {} });
    const successor = await OtlpServer.start({ port: peer.port });
    t.after(() => successor.stop());
    assert.equal(await outcome, ACCEPTED);
    assert.deepEqual([pids(peer), pids(successor)], [[1, 2], [3]]);
    assert.deepEqual(book(account), { taken: 3, delivered: 3, queued: 0, dropped: {} });
  });

  it('a partial success is counted', async (t) => {
    const { exporter, account } = await setUp(t, {
      answer: () => ({ partial: { rejected: 2, message: 'too old' } }),
    });
    assert.equal(await exporter.consumeLogs(logRecords(5)), ACCEPTED);
    assert.deepEqual(book(account), { taken: 5, delivered: 3, queued: 0, dropped: { rejected_by_peer: 2 } });
  });

  it('a failure for good is counted under its status', async (t) => {
    const { peer, exporter, account } = await setUp(t, {
      answer: () => ({ code: status.PERMISSION_DENIED, details: 'no' }),
    });
    assert.equal(await exporter.consumeLogs(logRecords(5)), ACCEPTED);
    assert.equal(peer.requests.length, 1);
    assert.deepEqual(book(account), { taken: 5, delivered: 0, queued: 0, dropped: { permission_denied: 5 } });
  });

  it('RESOURCE_EXHAUSTED is repeated only with RetryInfo', async (t) => {
    const answer = (n: number) =>
      n === 1
        ? { code: status.RESOURCE_EXHAUSTED, retryDelayMs: 1 }
        : n === 3
          ? { code: status.RESOURCE_EXHAUSTED }
          : {};
    const { exporter, account } = await setUp(t, { answer });
    await exporter.consumeLogs([logRecord(1)]);
    await exporter.consumeLogs([logRecord(2)]);
    assert.deepEqual(book(account), {
      taken: 2,
      delivered: 1,
      queued: 0,
      dropped: { resource_exhausted: 1 },
    });
  });

  it('no answer in time is repeated', async (t) => {
    const { peer, exporter, account } = await setUp(
      t,
      { answer: (n) => (n === 1 ? { delayMs: 5000 } : {}) },
      { timeout: '60ms' },
    );
    assert.equal(await exporter.consumeLogs([logRecord(1)]), ACCEPTED);
    assert.ok(peer.requests.length >= 2);
    assert.deepEqual(book(account), { taken: 1, delivered: 1, queued: 0, dropped: {} });
  });

  it('without queue and retries, a failure that may pass is handed back and nothing counts as taken', async (t) => {
    const off = { enabled: false };
    const { exporter, account } = await setUp(
      t,
      { answer: () => ({ code: status.UNAVAILABLE, details: 'full' }) },
      { sending_queue: off, retry_on_failure: off },
    );
    assert.deepEqual(await exporter.consumeLogs([logRecord(1)]), retryLater('UNAVAILABLE: full'));
    assert.deepEqual(book(account), { taken: 0, delivered: 0, queued: 0, dropped: {} });
  });
});

describe('size', () => {
  const big = logRecord(500, { body: 'x'.repeat(70_000) });
  for (const [title, peer, config] of [
    ['our own limit', {}, { max_message_size: '16KiB' }],
    ['the limit of the peer', { maxMessageSize: 16 * 1024 }, {}],
    ['the limit of the peer, compressed', { maxMessageSize: 16 * 1024 }, { compression: 'gzip' }],
  ] as const) {
    it(`${title}: larger batches are split, a record that is still too large is dropped`, async (t) => {
      const set = await setUp(t, peer, { compression: 'none', ...config });
      assert.equal(await set.exporter.consumeLogs(logRecords(499).concat(big)), ACCEPTED);
      assert.deepEqual(pids(set.peer), upTo(499));
      assert.deepEqual(book(set.account), {
        taken: 500,
        delivered: 499,
        queued: 0,
        dropped: { too_large: 1 },
      });
    });
  }

  it('a peer that takes less than we think is asked for too much only at first', async (t) => {
    const details = 'grpc: received message larger than max (20000 vs. 16384)';
    const answer = (_: number, message: Uint8Array) =>
      message.length > 16_384 ? { code: status.RESOURCE_EXHAUSTED, details } : {};
    const { peer, exporter } = await setUp(t, { answer });
    const refused: number[] = [];
    for (let round = 0; round < 5; round++) {
      await exporter.consumeLogs(logRecords(400));
      refused.push(peer.requests.filter(({ taken }) => !taken).length);
    }
    assert.ok(Number(refused[0]) > 0);
    assert.equal(refused[4], refused[3]);
    assert.equal(peer.logs().length, 2000);
  });

  it('4 MiB is the default: a batch of 5 MiB goes in parts, none refused by the peer', async (t) => {
    const { peer, exporter } = await setUp(t);
    assert.equal(await exporter.consumeLogs(logRecords(500, { body: 'y'.repeat(10_000) })), ACCEPTED);
    assert.deepEqual(pids(peer), upTo(500));
    assert.ok(peer.requests.every(({ taken, message }) => taken && message.length <= 4 * 1024 * 1024));
  });
});

describe('queue and shutdown', () => {
  it('an overflow is refused, and what was taken is delivered', async (t) => {
    const queue = { num_consumers: 1, queue_size: 2 };
    const { peer, exporter, account } = await setUp(
      t,
      { answer: () => ({ delayMs: 20 }) },
      { sending_queue: queue },
    );
    const outcomes = await Promise.all(upTo(3).map((n) => exporter.consumeLogs([logRecord(n)])));
    assert.deepEqual(outcomes, [ACCEPTED, ACCEPTED, retryLater('the sending queue is full')]);
    assert.deepEqual(pids(peer), [1, 2]);
    assert.deepEqual(book(account), { taken: 2, delivered: 2, queued: 0, dropped: {} });
  });

  it('small batches are merged', async (t) => {
    const batch = { min_size: 100, flush_timeout: '10ms' };
    const { peer, exporter } = await setUp(t, {}, { sending_queue: { batch } });
    await Promise.all(upTo(20).map((n) => exporter.consumeLogs([logRecord(n)])));
    assert.equal(peer.requests.length, 1);
    assert.deepEqual(pids(peer), upTo(20));
  });

  it('shutdown drains', async (t) => {
    const { peer, exporter, account } = await setUp(
      t,
      { answer: () => ({ delayMs: 20 }) },
      { sending_queue: { num_consumers: 1 } },
    );
    const outcomes = upTo(4).map((n) => exporter.consumeLogs([logRecord(n)]));
    await exporter.shutdown(NEVER);
    assert.deepEqual(await Promise.all(outcomes), [ACCEPTED, ACCEPTED, ACCEPTED, ACCEPTED]);
    assert.deepEqual(pids(peer), [1, 2, 3, 4]);
    assert.deepEqual(book(account), { taken: 4, delivered: 4, queued: 0, dropped: {} });
  });

  for (const [title, server, queue] of [
    ['a peer that does not answer', { answer: () => ({ delayMs: 60_000 }) }, { num_consumers: 2 }],
    ['a peer that does not answer, no queue', { answer: () => ({ delayMs: 60_000 }) }, { enabled: false }],
    [
      'a peer that is always unavailable',
      { answer: () => ({ code: status.UNAVAILABLE }) },
      { num_consumers: 2 },
    ],
  ] as const) {
    it(`shutdown gives up at its deadline: ${title}`, async (t) => {
      const { exporter, account } = await setUp(t, server, { sending_queue: queue });
      const outcomes = upTo(5).map((n) => exporter.consumeLogs([logRecord(n)]));
      await exporter.shutdown(AbortSignal.timeout(40));
      for (const outcome of await Promise.all(outcomes)) assert.equal(outcome.kind, 'refused');
      assert.equal(account.taken, account.returned);
      assert.deepEqual({ ...book(account), taken: 0 }, { taken: 0, delivered: 0, queued: 0, dropped: {} });
    });
  }

  it('shutdown is safe without start', async () => {
    const exporter = new OtlpGrpcExporter(
      exporterContext('otlp_grpc'),
      otlpGrpcConfig.parse({ endpoint: 'gone:1' }),
    );
    await exporter.shutdown(NEVER);
    assert.equal((await exporter.consumeLogs([logRecord(1)])).kind, 'refused');
  });
});
