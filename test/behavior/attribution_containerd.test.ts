import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { createNoopMeter } from '@opentelemetry/api';
import { containerdConfig } from '../../extensions/containerd/config.ts';
import { ContainerdExtension } from '../../extensions/containerd/extension.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { Attributing, type Says, shown, told } from '../support/attribution.ts';
import { FakeContainerd, json, kubernetesLabels } from '../support/fake_containerd.ts';
import { at } from '../support/process_records.ts';

// What can go wrong with containerd itself, and what it may say of a container: a stand-in on a real socket, the real
// extension, records through `process` and `container_attribution`. In, a story; out, who each record was found to be
// of. Numbers are those of the failure cases in processors/container_attribution/failure_cases.test.ts.

const folder = mkdtempSync(join(tmpdir(), 'sigel-attribution-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let sockets = 0;

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const CLOCK = 60;

class Node {
  readonly path = join(folder, `${++sockets}.sock`);
  readonly containerd = new FakeContainerd(this.path);
  readonly #extension: ContainerdExtension;
  readonly #world: Attributing;
  readonly #open: Promise<unknown>[] = [];

  constructor(wait: string) {
    this.#world = new Attributing({ wait });
    this.#extension = extensionOf(this.path);
  }

  /** The agent starts. */
  async begin(): Promise<void> {
    await this.#extension.start();
    await this.#world.startWith(this.#extension);
    this.#take('process.start', CLOCK, { session: 0 });
  }
  starts(pid: number, session: number): void {
    this.#take('process.start', pid, { session });
  }
  acts(pid: number): void {
    this.#take('file.create', pid, {});
  }
  /** Until containerd is as wanted. */
  async comesTo(kind: 'synced' | 'lost'): Promise<void> {
    const { source } = this.#extension;
    await this.#until(() => source.state.kind === kind);
    // The subscription may begin after the lists.
    if (kind === 'synced') await this.#until(() => this.containerd.subscribers > 0);
  }
  /** Until so many records have gone on; events go on coming meanwhile. */
  async hands(count: number): Promise<void> {
    await this.#until(() => {
      this.acts(CLOCK);
      return this.shown().length >= count;
    });
  }
  shown(): string[] {
    return this.#given().map((record) => `${String(record.attributes['process.pid'])} ${shown(record)}`);
  }
  /** Some attributes of the container that the last record is of. */
  resource(names: readonly string[]): Record<string, unknown> {
    const { attributes = {} } = this.#given().at(-1)?.resource ?? {};
    return Object.fromEntries(names.map((name) => [name, attributes[name]]));
  }
  async end(): Promise<void> {
    await this.#world.shutdown();
    await Promise.all(this.#open);
    assert.deepEqual([this.#world.account.queued, this.#world.account.imbalance()], [0, 0]);
    await this.#extension.shutdown();
    this.containerd.kill();
  }
  #given() {
    return this.#world.out.filter(({ attributes }) => attributes['process.pid'] !== CLOCK);
  }
  // The test's clock shows the real time, which containerd's events have.
  #take(eventName: string, pid: number, says: Says): void {
    const micros = (Date.now() - at(0)[0] * 1000) * 1000;
    this.#open.push(this.#world.take(told(eventName, pid, micros, says)));
  }
  async #until(isSo: () => boolean): Promise<void> {
    for (let tries = 0; !isSo(); tries++) {
      assert.ok(
        tries < 3000,
        `it is ${this.#extension.source.state.kind}, and shown: ${this.shown().join()}`,
      );
      await sleep(5);
    }
  }
}

function extensionOf(path: string): ContainerdExtension {
  const context = {
    id: 'containerd',
    logger: SILENT,
    account: new Account('containerd', 'extension'),
    meter: createNoopMeter(),
    resource: internResource({}),
  };
  const config = { endpoint: `unix://${path}`, namespaces: ['*'], retry_initial_interval: '10ms' };
  return new ContainerdExtension(context, containerdConfig.parse({ ...config, retry_max_interval: '50ms' }));
}

interface Case {
  readonly title: string;
  /** How long records wait; long where nothing shall come of that. */
  readonly wait?: string;
  readonly story: (node: Node) => Promise<void>;
  readonly shown: readonly string[];
  readonly resource?: Readonly<Record<string, unknown>>;
}

/** A container that runs when the agent comes, and a record of its process. */
function running(namespace: string, init: Parameters<FakeContainerd['create']>[1]): Case['story'] {
  return async (node) => {
    await node.containerd.start();
    await node.begin();
    await node.comesTo('synced');
    node.starts(100, 6);
    node.containerd.create(namespace, init);
    node.containerd.startTask(namespace, init.id ?? '', 100);
    await node.hands(1);
  };
}

const cases: readonly Case[] = [
  {
    title: '11: no pipe at start: unresolved after its time; found when containerd comes',
    wait: '20ms',
    story: async (node) => {
      await node.begin();
      await node.comesTo('lost');
      node.starts(100, 6);
      await node.hands(1);
      node.containerd.create('k8s.io', { id: 'web', labels: kubernetesLabels('web-1', 'web') });
      node.containerd.startTask('k8s.io', 'web', 100);
      await node.containerd.start();
      await node.comesTo('synced');
      await sleep(2);
      node.acts(100);
      await node.hands(2);
    },
    shown: ['100 unresolved', '100 web by pid'],
  },
  {
    title: '11: the pipe may not be opened (not SYSTEM): the same, and the node’s own processes go on',
    wait: '20ms',
    story: async (node) => {
      node.containerd.denied = status.PERMISSION_DENIED;
      await node.containerd.start();
      node.containerd.create('k8s.io', { id: 'web' });
      node.containerd.startTask('k8s.io', 'web', 100);
      await node.begin();
      await node.comesTo('lost');
      node.starts(200, 0);
      node.starts(100, 6);
      await node.hands(2);
      node.containerd.denied = undefined;
      await node.comesTo('synced');
      await sleep(2);
      node.acts(100);
      await node.hands(3);
    },
    shown: ['200 host', '100 unresolved', '100 web by pid'],
  },
  {
    title: '11: containerd is killed: what is known stays known, what came meanwhile waits for its list',
    story: async (node) => {
      await running('k8s.io', { id: 'old' })(node);
      node.containerd.kill();
      await node.comesTo('lost');
      node.acts(100);
      node.containerd.create('k8s.io', { id: 'new' }, false);
      node.starts(200, 7);
      node.containerd.startTask('k8s.io', 'new', 200, false);
      node.acts(200);
      node.starts(101, 6);
      await node.containerd.start();
      await node.comesTo('synced');
      await node.hands(5);
    },
    shown: ['100 old by pid', '100 old by pid', '101 old by session', '200 new by pid', '200 new by pid'],
  },
  {
    title:
      '19, 20: a namespace that comes later, and is not kubelet’s: found, and its labels are not believed',
    story: running('moby', { id: 'other', labels: kubernetesLabels('web-1', 'web') }),
    shown: ['100 other by pid'],
    resource: { 'container.name': 'other', 'k8s.pod.name': undefined },
  },
  {
    title: '25: an image by tag and digest',
    story: running('k8s.io', { id: 'web', image: `registry:5000/shop/web:1@${DIGEST}` }),
    shown: ['100 web by pid'],
    resource: {
      'container.image.name': 'registry:5000/shop/web',
      'container.image.tags': ['1'],
      'container.image.repo_digests': [`registry:5000/shop/web@${DIGEST}`],
    },
  },
  {
    title: '25: an image by digest only',
    story: running('k8s.io', { id: 'web', image: `shop/web@${DIGEST}` }),
    shown: ['100 web by pid'],
    resource: {
      'container.image.name': 'shop/web',
      'container.image.tags': undefined,
      'container.image.repo_digests': [`shop/web@${DIGEST}`],
    },
  },
  {
    title: '25: an image that has no name, only an id; CRI’s annotation does not tell it either',
    story: running('k8s.io', { id: 'web', image: DIGEST }),
    shown: ['100 web by pid'],
    resource: { 'container.image.name': undefined, 'container.image.repo_digests': undefined },
  },
  {
    title: '25: the same, but CRI’s annotation tells the name',
    story: running('k8s.io', {
      id: 'web',
      image: DIGEST,
      spec: json({ ociVersion: '1.1.0', annotations: { 'io.kubernetes.cri.image-name': 'shop/web:2' } }),
    }),
    shown: ['100 web by pid'],
    resource: { 'container.image.name': 'shop/web', 'container.image.tags': ['2'] },
  },
  {
    title: '26: a sandbox has no container name: the pod’s names alone',
    story: running('k8s.io', { id: 'sandbox', labels: kubernetesLabels('web-1') }),
    shown: ['100 sandbox by pid'],
    resource: {
      'k8s.pod.name': 'web-1',
      'k8s.pod.uid': 'uid-of-web-1',
      'k8s.container.name': undefined,
      'container.name': 'sandbox',
    },
  },
  {
    title: '26: a container without labels has no pod, and is found all the same',
    story: running('k8s.io', { id: 'bare' }),
    shown: ['100 bare by pid'],
    resource: { 'container.id': 'bare', 'k8s.pod.name': undefined, 'k8s.container.name': undefined },
  },
];

for (const { title, wait = '60s', story, shown: expected, resource = {} } of cases) {
  test(`attribution: ${title}`, async () => {
    const node = new Node(wait);
    try {
      await story(node);
      assert.deepEqual(node.shown(), expected);
      assert.deepEqual(node.resource(Object.keys(resource)), resource);
    } finally {
      await node.end();
    }
  });
}
