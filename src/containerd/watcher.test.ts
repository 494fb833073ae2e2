import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { AnySchema } from '@bufbuild/protobuf/wkt';
import { status } from '@grpc/grpc-js';
import { FakeContainerd, json, kubernetesLabels } from '../../test/support/fake_containerd.ts';
import { SILENT } from '../telemetry/logger.ts';
import type { Change } from './facts.ts';
import type { WatchOptions } from './watch_options.ts';
import { Watcher } from './watcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'sigel-containerd-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let sockets = 0;

interface Setup {
  readonly fake: FakeContainerd;
  readonly watcher: Watcher;
  /** What changed, in words: `create k8s.io/web event`. */
  readonly changes: string[];
  readonly all: Change[];
}

/** Runs a story with a watcher on a fake containerd, and ends both. */
async function story(
  run: (setup: Setup) => Promise<void>,
  options: Partial<WatchOptions> & { readonly absent?: boolean } = {},
): Promise<void> {
  const path = join(folder, `${++sockets}.sock`);
  const fake = new FakeContainerd(path);
  const namespaces = options.namespaces ?? ['k8s.io'];
  const watcher = new Watcher(
    {
      endpoints: [{ shown: path, target: `unix:${path}` }],
      namespaces,
      isWanted: (name) => namespaces.includes('*') || namespaces.includes(name),
      isKubelets: (name) => name === 'k8s.io',
      connectTimeoutMs: 2_000,
      requestTimeoutMs: 2_000,
      reconcileMs: 60_000,
      retry: { initialMs: 10, maxMs: 50 },
      maxContainers: 100,
      keepDeletedMs: 60_000,
      ...options,
    },
    SILENT,
  );
  const changes: string[] = [];
  const all: Change[] = [];
  watcher.subscribe((change) => {
    all.push(change);
    changes.push(inWords(change));
  });
  if (options.absent !== true) await fake.start();
  try {
    await run({ fake, watcher, changes, all });
  } finally {
    await watcher.stop();
    fake.kill();
  }
}

function inWords(change: Change): string {
  if (change.kind === 'synced' || change.kind === 'lost') return change.kind;
  const { namespace, id } = change.container;
  if (change.kind === 'forget') return `forget ${namespace}/${id}`;
  const process =
    change.process === undefined ? '' : ` ${change.process.execId ?? 'init'} ${change.process.pid}`;
  return `${change.kind} ${namespace}/${id}${process} ${change.origin}`;
}

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (condition()) return;
    await sleep(10);
  }
  assert.fail(`waited in vain: ${what}`);
}

async function subscribed({ fake, watcher }: Setup): Promise<void> {
  await watcher.start();
  await until('a subscription', () => fake.subscribers === 1 && watcher.state.kind === 'synced');
}

test('a container from its creation to its end, with an exec that ends before it', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    await subscribed(setup);
    fake.create('k8s.io', { id: 'web', labels: kubernetesLabels('web-1', 'web') });
    fake.startTask('k8s.io', 'web', 100);
    fake.exec('k8s.io', 'web', 'probe', 101);
    fake.exit('k8s.io', 'web', 'probe', 101, 3);
    await until('the exec', () => changes.length >= 6);
    const web = watcher.containers.get('k8s.io', 'web');
    assert.equal(web?.init?.exitedAt, undefined);
    assert.equal(web?.execs.get('probe')?.exitCode, 3);
    assert.equal(watcher.containers.byPid(100)[0]?.container, web);
    assert.equal(watcher.containers.byPid(101)[0]?.execId, 'probe');
    assert.notEqual(watcher.containers.byPid(101)[0]?.until, undefined);
    fake.exit('k8s.io', 'web', 'web', 100, 1);
    fake.delete('k8s.io', 'web');
    await until('the end', () => changes.at(-1)?.startsWith('delete') === true);
    assert.deepEqual(changes, [
      'synced',
      'create k8s.io/web event',
      'task k8s.io/web init 100 event',
      'start k8s.io/web init 100 event',
      'exec k8s.io/web probe 101 event',
      'exit k8s.io/web probe 101 event',
      'exit k8s.io/web init 100 event',
      'delete k8s.io/web event',
    ]);
    assert.deepEqual(web?.details.kubernetes, {
      namespace: 'shop',
      podName: 'web-1',
      podUid: 'uid-of-web-1',
      containerName: 'web',
      restartCount: undefined,
    });
  }));

test('what is there before: found by the first list, and its pid is known', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    fake.create('k8s.io', { id: 'pod', labels: kubernetesLabels('web-1') });
    fake.create('k8s.io', {
      id: 'web',
      image: 'registry:5000/shop/web:1.2',
      labels: kubernetesLabels('web-1', 'web'),
      spec: json({ annotations: { 'io.kubernetes.cri.sandbox-id': 'pod' } }),
      extensions: {
        'io.cri-containerd.container.metadata': json({ Metadata: { Config: { metadata: { attempt: 2 } } } }),
      },
    });
    fake.startTask('k8s.io', 'web', 200);
    await subscribed(setup);
    assert.deepEqual(changes, [
      'create k8s.io/pod initial',
      'create k8s.io/web initial',
      'start k8s.io/web init 200 initial',
      'synced',
    ]);
    const web = watcher.containers.byPid(200)[0]?.container;
    assert.ok(web !== undefined);
    assert.equal(web.details.kubernetes?.restartCount, 2);
    assert.deepEqual(web.details.image, { name: 'registry:5000/shop/web', tags: ['1.2'], repoDigests: [] });
    const labels = watcher.containers.sandboxOf(web)?.details.podLabels;
    assert.deepEqual([...(labels ?? [])].flat(), ['app', 'web', 'pod-template-hash', '5d4f']);
  }));

test('containerd is not there at first: start does not wait for it, and it is found when it comes', () =>
  story(
    async ({ fake, watcher, changes }) => {
      await watcher.start();
      assert.equal(watcher.state.kind, 'lost');
      assert.match(watcher.state.kind === 'lost' ? watcher.state.reason : '', /nobody answers there/);
      fake.create('k8s.io', { id: 'web' });
      await fake.start();
      await until('the list', () => watcher.state.kind === 'synced');
      assert.deepEqual(changes, ['create k8s.io/web initial', 'synced']);
    },
    { absent: true },
  ));

test('containerd is killed and comes back: what happened meanwhile is found by the list', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    fake.create('k8s.io', { id: 'stays' });
    fake.startTask('k8s.io', 'stays', 300);
    fake.create('k8s.io', { id: 'goes' });
    fake.startTask('k8s.io', 'goes', 301);
    await subscribed(setup);
    changes.length = 0;
    fake.kill();
    await until('the loss', () => changes.includes('lost'));
    assert.equal(watcher.containers.byPid(300).length, 1, 'the view stays as it was');
    fake.delete('k8s.io', 'goes');
    fake.create('k8s.io', { id: 'comes' });
    fake.startTask('k8s.io', 'comes', 301);
    await fake.start();
    await until('the list', () => changes.includes('synced'));
    assert.deepEqual(changes, [
      'lost',
      'create k8s.io/comes list',
      'start k8s.io/comes init 301 list',
      'exit k8s.io/goes init 301 list',
      'delete k8s.io/goes list',
      'synced',
    ]);
    assert.deepEqual(
      watcher.containers.byPid(301).map(({ container }) => container.id),
      ['goes', 'comes'],
    );
    assert.equal(watcher.containers.byPid(301).at(-1)?.until, undefined);
    assert.equal(watcher.counts.lost, 1);
    await until('a subscription', () => fake.subscribers === 1);
    fake.create('k8s.io', { id: 'later' });
    await until('the event', () => changes.includes('create k8s.io/later event'));
  }));

test('the stream ends in order: it is subscribed anew, and everything listed again', () =>
  story(async (setup) => {
    const { fake, changes } = setup;
    await subscribed(setup);
    fake.create('k8s.io', { id: 'silent' }, false);
    fake.endStreams();
    await until('the list', () => changes.filter((change) => change === 'synced').length === 2);
    assert.deepEqual(changes, ['synced', 'lost', 'create k8s.io/silent list', 'synced']);
  }));

test('access is denied: it is said, and tried again', () =>
  story(async ({ fake, watcher }) => {
    fake.denied = status.PERMISSION_DENIED;
    await watcher.start();
    assert.match(watcher.state.kind === 'lost' ? watcher.state.reason : '', /access denied.*administrators/);
    fake.denied = undefined;
    await until('the list', () => watcher.state.kind === 'synced');
  }));

test('somebody listens and does not answer: start waits for no more than the connect timeout', () =>
  story(
    async ({ fake, watcher, changes }) => {
      const sockets = new Set<Socket>();
      const silent = createServer((socket) => sockets.add(socket));
      await new Promise<void>((resolve) => silent.listen(fake.path, resolve));
      await watcher.start();
      await until('the reason', () => watcher.state.kind === 'lost');
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
      await fake.start();
      await until('the list', () => changes.includes('synced'));
    },
    { absent: true, connectTimeoutMs: 200 },
  ));

test('a container that is gone before it can be asked for: its events come all the same, in order', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    await subscribed(setup);
    fake.create('k8s.io', { id: 'short', image: 'busybox:1', runtime: { name: 'io.containerd.runc.v2' } });
    fake.containers.get('k8s.io')?.delete('short');
    fake.startTask('k8s.io', 'short', 400);
    fake.exit('k8s.io', 'short', 'short', 400);
    fake.delete('k8s.io', 'short');
    await until('the end', () => changes.includes('delete k8s.io/short event'));
    assert.deepEqual(changes.slice(1), [
      'create k8s.io/short event',
      'task k8s.io/short init 400 event',
      'start k8s.io/short init 400 event',
      'exit k8s.io/short init 400 event',
      'delete k8s.io/short event',
    ]);
    const short = watcher.containers.byPid(400)[0]?.container;
    assert.equal(short?.details.complete, false);
    assert.equal(short?.details.image?.name, 'busybox');
  }));

test('a slow answer holds back only its own container', () =>
  story(async (setup) => {
    const { fake, changes } = setup;
    fake.create('k8s.io', { id: 'known' });
    await subscribed(setup);
    fake.getDelayMs = 300;
    fake.create('k8s.io', { id: 'slow' });
    fake.startTask('k8s.io', 'known', 500);
    fake.startTask('k8s.io', 'slow', 501);
    await until('the slow one', () => changes.includes('start k8s.io/slow init 501 event'));
    assert.ok(
      changes.indexOf('start k8s.io/known init 500 event') < changes.indexOf('create k8s.io/slow event'),
    );
  }));

test('the pid of a Hyper-V container, of one that may be one, and the made-up one of a sandbox are nobody here', () =>
  story(async (setup) => {
    const { fake, watcher } = setup;
    fake.create('k8s.io', { id: 'hyperv', spec: json({ windows: { hyperv: {} } }) });
    fake.create('k8s.io', {
      id: 'hostprocess',
      spec: json({ annotations: { 'microsoft.com/hostprocess-container': 'true' } }),
    });
    const options = create(AnySchema, {
      typeUrl: 'containerd.runhcs.v1.Options',
      value: Buffer.from([0x30, 1]),
    });
    fake.create('k8s.io', { id: 'options', runtime: { name: 'io.containerd.runhcs.v1', options } });
    const spec = create(AnySchema, { value: Buffer.from('{') });
    fake.create('k8s.io', { id: 'unknown', spec });
    fake.create('k8s.io', {
      id: 'hostprocess-sandbox',
      labels: kubernetesLabels('hpc-1'),
      spec: json({ annotations: { 'microsoft.com/hostprocess-container': 'true' } }),
    });
    fake.startTask('k8s.io', 'hostprocess-sandbox', 1);
    const ids = ['hyperv', 'hostprocess', 'options', 'unknown'];
    for (const [i, id] of ids.entries()) fake.startTask('k8s.io', id, 600 + i);
    await subscribed(setup);
    const seen = ids.map((id, i) => [
      watcher.containers.get('k8s.io', id)?.details.isolation,
      watcher.containers.byPid(600 + i).length,
    ]);
    assert.deepEqual(seen, [
      ['hyperv', 0],
      ['hostprocess', 1],
      ['hyperv', 0],
      ['unknown', 0],
    ]);
    assert.equal(watcher.containers.byPid(1).length, 0, 'a HostProcess sandbox has no process');
    const pids = await Promise.all(
      [...watcher.containers.all()].map((container) => watcher.pidsOf(container)),
    );
    assert.deepEqual(pids, [[], [601], [], [], []]);
  }));

test('labels are believed only in the namespace of kubelet', () =>
  story(
    async (setup) => {
      const { fake, watcher } = setup;
      fake.create('moby', { id: 'forged', labels: kubernetesLabels('web-1', 'web') });
      await subscribed(setup);
      const details = watcher.containers.get('moby', 'forged')?.details;
      assert.equal(details?.kubernetes, undefined);
      assert.equal(details?.kind, 'container');
      assert.equal(details?.labels.get('io.kubernetes.pod.name'), 'web-1');
    },
    { namespaces: ['moby'] },
  ));

test('several namespaces: the same id twice, and others are left out', () =>
  story(
    async (setup) => {
      const { fake, changes } = setup;
      for (const namespace of ['k8s.io', 'default', 'moby']) fake.create(namespace, { id: 'web' });
      await subscribed(setup);
      fake.create('moby', { id: 'other' });
      fake.create('default', { id: 'more' });
      await until('the event', () => changes.includes('create default/more event'));
      assert.deepEqual(changes, [
        'create k8s.io/web initial',
        'create default/web initial',
        'synced',
        'create default/more event',
      ]);
    },
    { namespaces: ['k8s.io', 'default'] },
  ));

test('a namespace that appears later is seen where all are wanted', () =>
  story(
    async (setup) => {
      const { fake, changes } = setup;
      await subscribed(setup);
      fake.create('late', { id: 'told' });
      fake.create('later', { id: 'silent' }, false);
      await until('the second list', () => changes.includes('create later/silent list'));
      assert.ok(changes.includes('create late/told event'));
    },
    { namespaces: ['*'], reconcileMs: 50 },
  ));

test('what no event told of is found by listing now and then', () =>
  story(
    async (setup) => {
      const { fake, changes } = setup;
      await subscribed(setup);
      fake.create('k8s.io', { id: 'silent' }, false);
      fake.startTask('k8s.io', 'silent', 700, false);
      await until('its creation', () => changes.includes('start k8s.io/silent init 700 list'));
      fake.delete('k8s.io', 'silent', false);
      await until('its end', () => changes.includes('delete k8s.io/silent list'));
      const before = changes.length;
      await sleep(200);
      assert.equal(changes.length, before, 'and lists that say nothing new change nothing');
    },
    { reconcileMs: 30 },
  ));

test('garbage changes nothing, and is counted', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    await subscribed(setup);
    const bad = [
      { typeUrl: 'containerd.events.TaskStart', value: Buffer.from([0xff, 0xff]) },
      { typeUrl: 'containerd.events.TaskStart', value: Buffer.from([0x0a, 3, 0x2e, 0x2f, 0x2e]) },
      { typeUrl: 'containerd.events.TaskStart', value: Buffer.alloc(0) },
    ];
    for (const init of bad) fake.send('k8s.io', '/tasks/start', create(AnySchema, init));
    fake.send('k8s.io', '/tasks/none', create(AnySchema, { typeUrl: 'containerd.events.None' }));
    fake.create('k8s.io', {
      id: 'web',
      image: '\u0000'.repeat(1000),
      labels: {
        ...kubernetesLabels('p', 'c'),
        'io.kubernetes.pod.uid': 'x'.repeat(9000),
        __proto__: 'x',
        '': '',
      },
      spec: json([]),
      extensions: { 'io.cri-containerd.container.metadata': json({ Metadata: { Config: 7 } }) },
    });
    await until('the event', () => changes.includes('create k8s.io/web event'));
    const details = watcher.containers.get('k8s.io', 'web')?.details;
    assert.equal(details?.image, undefined);
    assert.equal(details?.kubernetes, undefined);
    assert.equal(watcher.counts.bad, 3);
  }));

test('no more containers than allowed: deleted ones go first, running ones stay', () =>
  story(
    async (setup) => {
      const { fake, watcher, changes } = setup;
      await subscribed(setup);
      for (const id of ['a', 'b']) {
        fake.create('k8s.io', { id });
        fake.startTask('k8s.io', id, id === 'a' ? 801 : 802);
      }
      fake.delete('k8s.io', 'b');
      fake.create('k8s.io', { id: 'c' });
      fake.startTask('k8s.io', 'c', 803);
      fake.create('k8s.io', { id: 'd' });
      await until('the events', () => watcher.overflowed === 2);
      assert.ok(changes.includes('forget k8s.io/b'));
      assert.deepEqual(
        Array.from(watcher.containers.all(), ({ id }) => id),
        ['a', 'c'],
      );
      assert.equal(watcher.containers.byPid(802).length, 0);
    },
    { maxContainers: 2 },
  ));

test('a listener that throws does not keep the others from being told', () =>
  story(async (setup) => {
    const { fake, watcher, changes } = setup;
    watcher.subscribe(() => {
      throw new Error('a bug');
    });
    const told: string[] = [];
    const end = watcher.subscribe((change) => told.push(inWords(change)));
    await subscribed(setup);
    end();
    fake.create('k8s.io', { id: 'web' });
    await until('the event', () => changes.length === 2);
    assert.deepEqual(told, ['synced']);
  }));
