import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { createCertificates } from '../support/certificates.ts';
import { compare, inWords, Sink, startOn, type Way } from './fault_run.ts';
import { ON_ITS_WAY, type Scene, Scenes } from './fault_scene.ts';
import type { CollectorOptions } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { until } from './peers/process.ts';
import { account, sum } from './sigel.ts';

// Sigel ► network with faults ► a real Collector ► an end that counts events by their log.record.uid. The Collector keeps
// nothing of its own: what it acknowledges has come to the end.
const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

const scenes = await Scenes.open(peer);
after(() => scenes.close());
afterEach(() => scenes.end());

interface Fault {
  readonly name: string;
  readonly collector?: Omit<CollectorOptions, 'path'>;
  /** Of the Collector's own queue; without it, it has none. */
  readonly queueSize?: number;
  readonly way?: Partial<Way>;
  /** How many records may come again; none unless given. */
  readonly twice?: number;
  /** What happens while Sigel sends. */
  readonly during: (scene: Scene) => unknown;
}

const FAULTS: readonly Fault[] = [
  {
    name: 'the Collector is killed and started again',
    twice: ON_ITS_WAY,
    during: async ({ collector, arrived }) => {
      await arrived(30);
      await collector.kill();
      await collector.start();
    },
  },
  {
    name: 'slow: each answer takes longer than the sending of a batch',
    during: ({ sink }) => {
      sink.answer = () => ({ delayMs: 150 });
    },
  },
  {
    name: 'a black hole: nothing comes through for three attempts',
    way: { exporter: { timeout: '1s' } },
    // Each attempt stands before the hole and goes through it in the end.
    twice: 8 * ON_ITS_WAY,
    during: async ({ proxy, arrived }) => {
      await arrived(30);
      proxy.set('hold');
      const before = Date.now();
      await until('three attempts are over', () => Date.now() - before > 3500);
      // What stands before the hole must not keep what follows from its answers.
      proxy.limit(Number.POSITIVE_INFINITY);
      proxy.set('pass');
    },
  },
  {
    name: 'connections are cut four times',
    twice: 4 * ON_ITS_WAY,
    during: async ({ proxy, arrived }) => {
      for (const percent of [10, 30, 50, 70]) {
        await arrived(percent);
        proxy.cut();
      }
    },
  },
  {
    name: 'the sending queue is full: it has room for one batch',
    way: { queue: { queue_size: 1, num_consumers: 1 } },
    during: () => {},
  },
  {
    name: 'the Collector’s own queue is full and it answers so',
    during: async ({ sink, arrived, collector }) => {
      sink.answer = () => ({ delayMs: 40 });
      await arrived(100);
      assert.match(collector.log(), /queue is full/);
    },
    queueSize: 1,
  },
  {
    name: 'the end refuses, and the Collector says so',
    during: async ({ sink, arrived }) => {
      await arrived(30);
      let refusals = 0;
      sink.answer = () => (refusals++ < 5 ? { code: status.RESOURCE_EXHAUSTED, retryDelayMs: 20 } : {});
    },
  },
  {
    name: 'GOAWAY: the Collector ends each connection after 200 ms',
    collector: {
      server: {
        keepalive: {
          server_parameters: { max_connection_age: '200ms', max_connection_age_grace: '10s' },
        },
      },
    },
    during: async ({ proxy, arrived }) => {
      await arrived(100);
      assert.ok(proxy.connections() > 1, 'more than one connection');
    },
  },
  {
    name: 'the Collector takes 1 MiB at most, and all is one batch',
    collector: { maxRecvMsgSizeMib: 1 },
    way: {
      exporter: { max_message_size: '64MiB' },
      queue: { batch: { min_size: 100_000, flush_timeout: '1s' } },
      receiver: { max_in_flight: '64MiB' },
    },
    during: () => {},
  },
];

for (const { name, collector = {}, queueSize, way = {}, twice = 0, during } of FAULTS)
  test(name, { skip }, async (t) => {
    const scene = await scenes.setUp(collector, way, queueSize);
    const running = scene.start();
    await during(scene);
    scenes.verify(t, await running.ended, scene.sink.uids, twice);
  });

test('the Collector is down at the start', { skip }, async (t) => {
  const { collector, proxy, start, sink } = await scenes.setUp();
  await collector.stop();
  const running = start();
  await until('it tried to connect', () => proxy.connections() > 0);
  await collector.start();
  scenes.verify(t, await running.ended, sink.uids, 0);
});

test('both are killed at once, and started again', { skip }, async (t) => {
  const storage = { directory: join(scenes.folder, 'both') };
  const { collector, start, arrived, sink } = await scenes.setUp(
    {},
    { storage, receiver: { storage: 'file_storage', max_in_flight: '64KiB' }, queue: { queue_size: 8 } },
  );
  const first = start();
  await arrived(40);
  first.child.kill('SIGKILL');
  await collector.kill();
  assert.equal((await first.ended).code, null, 'killed in the middle');
  await collector.start();
  const last = await start().ended;
  // The receiver's position may be behind what the queue has kept, by what its window lets be on its way.
  scenes.verify(t, last, sink.uids, 2 * ON_ITS_WAY + 1400);
});

test('a peer takes part of a batch: what it rejects is counted and missing, by event', {
  skip,
}, async (t) => {
  let first = true;
  const sink = await Sink.start();
  scenes.atEnd(() => sink.stop());
  sink.answer = () => {
    const partial = { rejected: 3, message: 'three of these are too old' };
    const answer = first ? { partial } : {};
    first = false;
    return answer;
  };
  const run = await startOn({ trace: scenes.trace, endpoint: sink.endpoint }, scenes.folder).ended;
  t.diagnostic(inWords(compare(scenes.sent, sink.uids)));
  const { delivered, dropped } = account(run, 'exporter');
  assert.deepEqual(dropped, { rejected_by_peer: 3 });
  // A protocol that says how many were rejected does not say which: this end has kept them.
  assert.deepEqual([delivered + sum(dropped), sink.taken], [scenes.sent.size, scenes.sent.size]);
  assert.equal(run.ledger?.balanced, true);
});

const [one, other] = skip === false ? [createCertificates(), createCertificates()] : [];
after(() => {
  one?.remove();
  other?.remove();
});

for (const type of ['otlp_grpc', 'otlp_http'] as const)
  test(`${type}: all certificates, also the CA, are replaced on both sides`, { skip }, async (t) => {
    assert.ok(one !== undefined && other !== undefined, 'the openssl command is there');
    const at = mkdtempSync(join(scenes.folder, 'tls-'));
    const [ca_file, cert_file, key_file] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(at, name));
    assert.ok(ca_file !== undefined && cert_file !== undefined && key_file !== undefined);
    const put = (pair: typeof one) => {
      copyFileSync(pair.caFile, ca_file);
      copyFileSync(pair.certFile, cert_file);
      copyFileSync(pair.keyFile, key_file);
    };
    put(one);
    const files = { cert_file, key_file, reload_interval: '100ms' };
    const { proxy, start, arrived, sink } = await scenes.setUp(
      {
        protocol: type === 'otlp_grpc' ? 'grpc' : 'http',
        server: { tls: { ...files, client_ca_file: ca_file, client_ca_file_reload: true } },
      },
      { type, exporter: { tls: { ...files, ca_file } } },
    );
    const running = start();
    await arrived(30);
    put(other);
    // What is open stays as it was: both sides connect anew, with what there is now.
    proxy.cut();
    scenes.verify(t, await running.ended, sink.uids, ON_ITS_WAY);
    assert.ok(proxy.connections() > 1);
  });
