import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNoopMeter } from '@opentelemetry/api';
import type { Component, Host, LogsConsumer } from '../../src/component.ts';
import type { Change, ContainerDetails, Fact, Origin } from '../../src/containerd/facts.ts';
import type { ContainerSource } from '../../src/containerd/source.ts';
import { ContainerStore } from '../../src/containerd/store.ts';
import type { LogBatch, LogRecord } from '../../src/model/log_record.ts';
import { ACCEPTED, type Outcome } from '../../src/model/outcome.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { containerdReceiverConfig } from './config.ts';
import { ContainerdReceiver } from './receiver.ts';

const DETAILS: ContainerDetails = {
  kind: 'container',
  isolation: 'process',
  labels: new Map(),
  image: { name: 'shop/web', tags: ['1.2'], repoDigests: ['shop/web@sha256:00'] },
  runtime: 'io.containerd.runhcs.v1',
  createdAt: [1000, 5],
  sandboxId: 'pod',
  kubernetes: {
    namespace: 'shop',
    podName: 'web-1',
    podUid: 'u1',
    containerName: 'web',
    restartCount: 2,
  },
  podLabels: new Map(),
  complete: true,
};
const SANDBOX: ContainerDetails = {
  ...DETAILS,
  kind: 'sandbox',
  sandboxId: undefined,
  image: undefined,
  kubernetes: {
    ...DETAILS.kubernetes,
    namespace: 'shop',
    podName: 'web-1',
    podUid: 'u1',
    containerName: undefined,
    restartCount: undefined,
  },
  podLabels: new Map([
    ['tier', 'front'],
    ['app', 'web'],
  ]),
};

/** A source that a test feeds. */
class Fed implements ContainerSource {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly containers = new ContainerStore({
    maxContainers: 10,
    keepDeletedMs: 0,
    now: () => 0,
    onChange: (change) => this.tell(change),
  });
  readonly state = { kind: 'synced', endpoint: 'x', version: 'v1.7.0' } as const;

  time(): [number, number] {
    return [2000, 7];
  }
  askJobs(): void {}
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }
  take(id: string, fact: Omitted<Fact>, origin: Origin = 'event'): void {
    this.containers.apply({ namespace: 'k8s.io', id, at: [2000, 7], ...fact }, origin);
  }
}
type Omitted<T> = T extends unknown ? Omit<T, 'namespace' | 'id' | 'at'> : never;

interface Setup {
  readonly fed: Fed;
  readonly receiver: ContainerdReceiver;
  readonly account: Account;
  readonly records: LogRecord[];
}

async function receiving(
  config: Readonly<Record<string, unknown>>,
  answer: () => Promise<Outcome> = () => Promise.resolve(ACCEPTED),
  before: (fed: Fed) => void = () => {},
): Promise<Setup> {
  const fed = new Fed();
  before(fed);
  const records: LogRecord[] = [];
  const next: LogsConsumer = {
    consumeLogs: (batch: LogBatch) => {
      records.push(...batch);
      return answer();
    },
  };
  const account = new Account('containerd', 'receiver');
  const receiver = new ContainerdReceiver(
    {
      id: 'containerd',
      logger: SILENT,
      account,
      meter: createNoopMeter(),
      resource: internResource({ 'host.name': 'node-1' }),
    },
    containerdReceiverConfig.parse(config),
    next,
  );
  await receiver.start(hostWith({ start: stop, shutdown: stop, source: fed } as Component));
  return { fed, receiver, account, records };
}

const stop = (): Promise<void> => Promise.resolve();

function hostWith(extension: Component): Host {
  return { extension: () => extension, finished: () => {}, fatal: () => {} };
}

function aLife(fed: Fed): void {
  fed.take('pod', { kind: 'container', details: SANDBOX });
  fed.take('web', { kind: 'container', details: DETAILS });
  fed.take('web', { kind: 'task', pid: 10 });
  fed.take('web', { kind: 'start', pid: 10 });
  fed.take('web', { kind: 'exec', execId: 'sh', pid: 11 });
  fed.take('web', { kind: 'exit', execId: 'sh', pid: 11, exitCode: 1 });
  fed.take('web', { kind: 'oom' });
  fed.take('web', { kind: 'exit', execId: undefined, pid: 10, exitCode: 137 });
  fed.take('web', { kind: 'delete' });
}

test('a life in records, the container in their resource', async () => {
  const { fed, receiver, account, records } = await receiving({});
  aLife(fed);
  await receiver.shutdown(AbortSignal.timeout(1000));
  assert.deepEqual(
    records.map(({ eventName, body }) => [eventName, body]),
    [
      ['container.create', 'sandbox of pod shop/web-1 created'],
      ['container.create', 'container web of pod shop/web-1 created'],
      ['container.start', 'container web of pod shop/web-1 started'],
      ['container.exec', 'container web of pod shop/web-1 executes a process'],
      ['container.exec.exit', 'container web of pod shop/web-1 executed process exited with 1'],
      ['container.oom', 'container web of pod shop/web-1 is out of memory'],
      ['container.exit', 'container web of pod shop/web-1 exited with 137'],
      ['container.delete', 'container web of pod shop/web-1 deleted'],
    ],
  );
  const exec = records[3];
  assert.deepEqual(exec?.hrTime, [2000, 7]);
  assert.deepEqual(exec?.attributes, {
    'process.pid': 11,
    'sigel.container.exec_id': 'sh',
    'sigel.container.isolation': 'process',
    'sigel.container.kind': 'container',
    'sigel.container.namespace': 'k8s.io',
    'sigel.container.origin': 'event',
  });
  assert.deepEqual(exec?.resource.attributes, {
    'host.name': 'node-1',
    'container.id': 'web',
    'container.name': 'web',
    'container.runtime.name': 'containerd',
    'container.runtime.version': 'v1.7.0',
    'container.image.name': 'shop/web',
    'container.image.tags': ['1.2'],
    'container.image.repo_digests': ['shop/web@sha256:00'],
    'k8s.namespace.name': 'shop',
    'k8s.pod.name': 'web-1',
    'k8s.pod.uid': 'u1',
    'k8s.container.name': 'web',
    'k8s.container.restart_count': 2,
    'k8s.pod.label.app': 'web',
    'k8s.pod.label.tier': 'front',
    'service.name': 'web-1',
    'service.namespace': 'shop',
    'service.version': '1.2@sha256:00',
  });
  assert.equal(records[2]?.resource, exec?.resource, 'one resource for one container');
  assert.equal(account.imbalance(), 0);
});

test('only what is wanted is told, the rest is counted', async () => {
  const { fed, receiver, account, records } = await receiving({ events: ['exec'] });
  aLife(fed);
  await receiver.shutdown(AbortSignal.timeout(1000));
  assert.deepEqual(
    records.map(({ eventName }) => eventName),
    ['container.exec'],
  );
  assert.equal(account.filtered, 7);
  assert.equal(account.imbalance(), 0);
});

for (const [include, told] of [
  [true, ['container.create', 'container.start', 'container.create']],
  [false, []],
] as const) {
  test(`containers that were there before: ${include ? 'told' : 'not told'}`, async () => {
    const { fed, receiver, account, records } = await receiving(
      { include_existing: include },
      undefined,
      (fed) => {
        fed.take('web', { kind: 'container', details: DETAILS }, 'initial');
        fed.take('web', { kind: 'start', pid: 10 }, 'initial');
      },
    );
    fed.take('late', { kind: 'container', details: DETAILS }, 'initial');
    await receiver.shutdown(AbortSignal.timeout(1000));
    assert.deepEqual(
      records.map(({ eventName }) => eventName),
      told,
    );
    assert.equal(account.imbalance(), 0);
  });
}

test('pipelines that do not take: what is over is lost and counted, and shutdown comes to its end', async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const { fed, receiver, account } = await receiving({ max_queued: 2 }, () => promise);
  aLife(fed);
  await new Promise((turn) => setImmediate(turn));
  assert.equal(account.lost.get('queue_full'), 6);
  assert.equal(account.imbalance(), 0);
  const down = receiver.shutdown(AbortSignal.abort());
  resolve({ kind: 'refused', retryable: true, reason: 'full' });
  await down;
  assert.equal(account.dropped.get('shutdown'), 2);
  assert.equal(account.imbalance(), 0);
});

test('that containerd is lost is told', async () => {
  const { fed, receiver, account, records } = await receiving({});
  fed.tell({ kind: 'lost', reason: 'gone' });
  fed.tell({ kind: 'synced' });
  await receiver.shutdown(AbortSignal.timeout(1000));
  assert.deepEqual(
    records.map(({ eventName, severityText }) => [eventName, severityText]),
    [['sigel.agent.containerd_lost', 'WARN']],
  );
  assert.equal(account.imbalance(), 0);
});

test('an extension that knows no containers is refused at start', async () => {
  const account = new Account('containerd', 'receiver');
  const context = {
    id: 'c',
    logger: SILENT,
    account,
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  const receiver = new ContainerdReceiver(context, containerdReceiverConfig.parse({}), undefined);
  const starting = receiver.start(hostWith({ start: stop, shutdown: stop }));
  await assert.rejects(starting, /does not know containers/);
});
