import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { ACCEPTED } from '../../src/model/outcome.ts';
import type { StorageExtension } from '../../src/storage/storage.ts';
import { hostWith } from '../../test/support/hosts.ts';
import { exporterContext, logRecords, span } from '../../test/support/log_records.ts';
import { MemoryStorage } from '../../test/support/memory_storage.ts';
import { OtlpServer, type OtlpServerOptions } from '../../test/support/otlp_server.ts';
import { NEVER } from '../../test/support/senders.ts';
import { otlpGrpcConfig } from './config.ts';
import { OtlpGrpcExporter } from './exporter.ts';

const CHANNEL = { 'grpc.initial_reconnect_backoff_ms': 20, 'grpc.enable_http_proxy': 0 };

/** A storage that outlives the exporters. */
class Storages implements StorageExtension {
  readonly stores = { logs: new MemoryStorage(), traces: new MemoryStorage() };
  async client({ name }: { name?: string }) {
    return name === 'traces' ? this.stores.traces : this.stores.logs;
  }
  async start() {}
  async shutdown() {}
}

async function exporterTo(
  t: { after(fn: () => unknown): void },
  endpoint: string,
  storages: Storages,
  config: object = {},
) {
  const context = exporterContext('otlp_grpc');
  const all = {
    endpoint,
    tls: { insecure: true },
    sending_queue: { storage: 'file_storage' },
    retry_on_failure: { initial_interval: '10ms', max_interval: '20ms' },
    ...config,
  };
  const exporter = new OtlpGrpcExporter(context, otlpGrpcConfig.parse(all), CHANNEL);
  t.after(() => exporter.shutdown(AbortSignal.abort()));
  await exporter.start(hostWith({ file_storage: storages }));
  return { exporter, account: context.account };
}

async function serve(t: { after(fn: () => unknown): void }, options: OtlpServerOptions = {}) {
  const peer = await OtlpServer.start(options);
  t.after(() => peer.stop());
  return peer;
}
const pids = (peer: OtlpServer) => peer.logs().map(({ attributes }) => Number(attributes.at(-2)?.[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('with a queue on disk', () => {
  it('records that no peer took are sent by the next run, byte for byte as they were kept', async (t) => {
    const storages = new Storages();
    const first = await exporterTo(t, '127.0.0.1:1', storages);
    assert.equal(await first.exporter.consumeLogs(logRecords(20)), ACCEPTED);
    assert.equal(await first.exporter.consumeTraces([span('cmd.exe')]), ACCEPTED);
    await first.exporter.shutdown(AbortSignal.abort());
    assert.deepEqual([first.account.taken, first.account.queued, first.account.imbalance()], [21, 21, 0]);
    const [kept] = storages.stores.logs.values.values();
    const peer = await serve(t);
    const second = await exporterTo(t, peer.endpoint, storages);
    await second.exporter.shutdown(NEVER);
    assert.deepEqual(pids(peer), upTo(20));
    assert.deepEqual(
      peer.spans().map(({ name }) => name),
      ['cmd.exe'],
    );
    const sent = peer.requests.find(({ method }) => method.includes('Logs'))?.message;
    assert.deepEqual(sent, Buffer.from(kept ?? []));
    const { restored, delivered, queued } = second.account;
    assert.deepEqual({ restored, delivered, queued }, { restored: 21, delivered: 21, queued: 0 });
    assert.equal(storages.stores.logs.values.size + storages.stores.traces.values.size, 0);
  });

  it('what the peer finds too large is split, though it is encoded', async (t) => {
    const answer = (_: number, message: Buffer) =>
      message.length > 1500
        ? { code: status.RESOURCE_EXHAUSTED, details: 'grpc: received message larger than max (9 vs. 8)' }
        : {};
    const peer = await serve(t, { answer });
    const { exporter, account } = await exporterTo(t, peer.endpoint, new Storages());
    assert.equal(await exporter.consumeLogs(logRecords(50)), ACCEPTED);
    await exporter.shutdown(NEVER);
    assert.deepEqual(pids(peer), upTo(50));
    assert.deepEqual([account.delivered, account.imbalance()], [50, 0]);
  });

  it('a batch above max_message_size is kept in messages below it', async (t) => {
    const peer = await serve(t);
    const { exporter } = await exporterTo(t, peer.endpoint, new Storages(), { max_message_size: '4KiB' });
    assert.equal(await exporter.consumeLogs(logRecords(100)), ACCEPTED);
    await exporter.shutdown(NEVER);
    assert.deepEqual(
      pids(peer).sort((a, b) => a - b),
      upTo(100),
    );
    assert.ok(peer.requests.length > 3 && peer.requests.every(({ message }) => message.length <= 4096));
  });

  it('it does not start without the storage that it names', async (t) => {
    const exporter = new OtlpGrpcExporter(
      exporterContext('otlp_grpc'),
      otlpGrpcConfig.parse({ endpoint: '127.0.0.1:1', sending_queue: { storage: 'none' } }),
    );
    t.after(() => exporter.shutdown(AbortSignal.abort()));
    await assert.rejects(exporter.start(hostWith()), /no extension "none"/);
  });
});
