import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { z } from 'zod';
import { Attributing, FakeContainers, told } from '../../test/support/attribution.ts';
import { createCertificates } from '../../test/support/certificates.ts';
import { FakeKubernetes, type FakePod, fakePod } from '../../test/support/fake_kubernetes.ts';
import type { containerAttributionConfig } from './config.ts';
import { Marks } from './mark.ts';

// These tests are in no pod, also where they run in one.
for (const name of ['KUBERNETES_SERVICE_HOST', 'K8S_NODE_NAME']) delete process.env[name];

const certificates = createCertificates();
after(() => certificates?.remove());
if (certificates === undefined)
  process.stderr.write(
    'SKIPPED: tests of container_attribution with Kubernetes, which need the openssl command\n',
  );

type Block = NonNullable<z.input<typeof containerAttributionConfig>['kubernetes']>;
interface World {
  readonly api: FakeKubernetes;
  /** The resource of the next record of the container `web`. */
  readonly resource: () => Promise<Resource>;
  /** All resources that it had so far. */
  readonly seen: Set<Resource>;
  /** Waits until that resource has an attribute with this value. */
  readonly until: (name: string, value: string) => Promise<void>;
}

/** Runs a story with the container `web` of the pod `web-pod`, pid 100, and a stand-in for the API server. */
async function story(
  run: (world: World) => Promise<void>,
  block: Block = {},
  ...pods: readonly FakePod[]
): Promise<void> {
  assert.ok(certificates !== undefined);
  const api = new FakeKubernetes(certificates);
  await api.start();
  for (const pod of [fakePod('other'), ...pods]) api.put(pod);
  const world = new Attributing({
    kubernetes: {
      server: api.address,
      token_file: api.tokenFile,
      ca_file: api.caFile,
      node: 'node-1',
      retry_initial_interval: '10ms',
      ...block,
    },
  });
  await world.start();
  world.containerd.create('web', 1);
  let micros = 10;
  const first = world.take(told('process.start', 100, micros, { session: 6 }));
  world.containerd.run('web', 100, 12);
  await world.take(told('process.start', 60, (micros += 10), { session: 0 }));
  await first;
  const seen = new Set<Resource>();
  const resource: World['resource'] = async () => {
    await world.take(told('file.create', 100, ++micros));
    const record = world.out.at(-1);
    assert.equal(record?.resource.attributes['container.id'], 'web');
    seen.add(record.resource);
    return record.resource;
  };
  const until: World['until'] = async (name, value) => {
    const end = Date.now() + 10_000;
    while ((await resource()).attributes[name] !== value) {
      assert.ok(Date.now() < end, `waited in vain for ${name}=${value}`);
      await sleep(5);
    }
  };
  try {
    await run({ api, resource, seen, until });
  } finally {
    await world.shutdown();
    api.stop();
  }
}

// FakeContainers gives the pod of a container the uid `<id>-uid`.
function podOfWeb(metadata: Record<string, unknown> = {}) {
  const pod = fakePod('web', {
    labels: { 'pod-template-hash': '7d9f' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'shop-7d9f', uid: 'rs-uid' }],
    ...metadata,
  });
  pod.metadata.name = 'web-pod';
  return pod;
}

describe('container_attribution with Kubernetes', { skip: certificates === undefined }, () => {
  test('until the API server tells of a pod, what containerd says; then both, in one resource', async () => {
    await story(async ({ api, resource, until }) => {
      const before = await resource();
      assert.equal(before.attributes['k8s.pod.name'], 'web-pod');
      assert.equal(before.attributes['k8s.deployment.name'], undefined);
      api.put(podOfWeb({ annotations: { 'resource.opentelemetry.io/deployment.environment.name': 'prod' } }));
      await until('k8s.deployment.name', 'shop');
      await until('k8s.cluster.uid', 'cluster-uid');
      const { attributes } = await resource();
      const { 'container.runtime.version': _, ...told } = attributes;
      assert.deepEqual(
        { ...told },
        {
          'container.id': 'web',
          'container.name': 'web',
          'container.runtime.name': 'containerd',
          'deployment.environment.name': 'prod',
          'host.name': 'node-1',
          'k8s.cluster.uid': 'cluster-uid',
          'k8s.container.name': 'web',
          'k8s.container.restart_count': 0,
          'k8s.deployment.name': 'shop',
          'k8s.namespace.name': 'shop',
          'k8s.node.name': 'node-1',
          'k8s.pod.name': 'web-pod',
          'k8s.pod.start_time': '2026-01-02T03:04:05Z',
          'k8s.pod.uid': 'web-uid',
          'k8s.replicaset.name': 'shop-7d9f',
          'k8s.replicaset.uid': 'rs-uid',
          'service.name': 'shop',
          'service.namespace': 'shop',
        },
      );
    });
  });

  test('a resource is another when its own pod changes in what is shown, and only then', async () => {
    await story(
      async ({ api, seen, until }) => {
        api.put(podOfWeb());
        await until('k8s.cluster.uid', 'cluster-uid');
        await until('k8s.deployment.name', 'shop');
        seen.clear();
        const noisy = podOfWeb({ annotations: { noise: '2' }, managedFields: [1] });
        noisy.status = { phase: 'Running' };
        api.put(noisy);
        api.put(fakePod('other', { labels: { team: 'red' } }));
        api.put(podOfWeb({ labels: { team: 'blue' } }));
        await until('k8s.pod.label.team', 'blue');
        assert.ok(seen.size <= 2, 'nothing between the first and the last');
      },
      { extract: { labels: [{ key: 'team' }] } },
    );
  });

  test('a pod that is no longer known stays what it was', () => {
    const containers = new FakeContainers();
    containers.create('web', 1);
    let known: Attributes | undefined = { 'k8s.deployment.name': 'shop' };
    const marks = new Marks(containers, 'windows-node', { revision: 0, attributesOf: () => known });
    const [container] = containers.containers.all();
    assert.ok(container !== undefined);
    const given = (): Resource =>
      marks.of(told('file.create', 100, 1), { kind: 'container', container, method: 'pid' }).resource;
    const before = given();
    assert.equal(before.attributes['k8s.deployment.name'], 'shop');
    known = undefined;
    assert.equal(given(), before);
    marks.touch();
    assert.equal(given(), before);
  });

  test('an API server that is not there holds nothing up', async () => {
    await story(
      async ({ resource }) => {
        assert.equal((await resource()).attributes['k8s.pod.name'], 'web-pod');
      },
      { server: 'https://127.0.0.1:1', wait_for_metadata: '20ms' },
    );
  });

  test('wait_for_metadata: the first record has it already', async () => {
    await story(
      async ({ resource }) => assert.equal((await resource()).attributes['k8s.deployment.name'], 'shop'),
      { wait_for_metadata: '10s' },
      podOfWeb(),
    );
  });
});

const STARTS: readonly (readonly [title: string, block: Block, message: RegExp])[] = [
  ['no pod, and no server', { node: 'node-1' }, /KUBERNETES_SERVICE_HOST is not set/],
  ['no name of the node', { server: 'https://127.0.0.1:1' }, /set kubernetes::node, or K8S_NODE_NAME/],
];
for (const [title, block, message] of STARTS) {
  test(`start says what is missing: ${title}`, async () => {
    const world = new Attributing({ kubernetes: block });
    await assert.rejects(world.start(), message);
    await world.shutdown();
  });
}
