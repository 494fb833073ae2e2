import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Change } from '../../src/containerd/facts.ts';
import { containerAttributes } from '../../src/containerd/resource.ts';
import { Watcher } from '../../src/containerd/watcher.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { findContainerd, RealContainerd } from './peers/containerd.ts';
import { IMAGE } from './peers/containerd_image.ts';
import { RuntimeService } from './peers/cri/generated/cri_pb.ts';
import { until } from './peers/process.ts';

// The facts of a real containerd: pods through CRI, containers and executed processes with ctr, containerd killed in
// the middle.

const peer = await findContainerd();
const skip = peer.kind === 'missing' ? peer.reason : false;

describe('a real containerd', { skip }, () => {
  let containerd: RealContainerd;
  let watcher: Watcher;
  const changes: Change[] = [];

  before(async () => {
    containerd = await RealContainerd.start(['k8s.io', 'default']);
    await containerd.ctr('default', 'run', '-d', '--snapshotter', 'native', IMAGE, 'early');
    watcher = watcherOf(containerd.socket);
    watcher.subscribe((change) => changes.push(change));
    await watcher.start();
    assert.equal(watcher.state.kind, 'synced');
  });
  after(async () => {
    await watcher?.stop();
    await containerd?.dispose();
  });

  /** The kinds of what was told of a container, without updates. */
  const told = (id: string): string[] =>
    changes.flatMap((change) =>
      'container' in change && change.container.id === id && change.kind !== 'update' ? [change.kind] : [],
    );
  const get = (namespace: string, id: string) => {
    const found = watcher.containers.get(namespace, id);
    assert.ok(found !== undefined, `${namespace}/${id} is known`);
    return found;
  };

  test('what ran before us is there, by its pid', async () => {
    const pid = await containerd.pidOf('default', 'early');
    assert.equal(watcher.containers.byPid(pid)[0]?.container, get('default', 'early'));
    assert.deepEqual(told('early'), ['create', 'start']);
    assert.deepEqual(await watcher.pidsOf(get('default', 'early')), [pid]);
  });

  test('a pod through CRI: its names, restart count and labels, and its pids', async () => {
    const pod = await containerd.pod('web-1', 'uid-1', { app: 'web' });
    const id = await containerd.container(pod, 'web', 3);
    await until('it is started', () => told(id).includes('start'));
    const web = get('k8s.io', id);
    assert.equal(get('k8s.io', pod.id).details.kind, 'sandbox');
    assert.equal(watcher.containers.byPid(await containerd.pidOf('k8s.io', id)).at(-1)?.container, web);
    const { state } = watcher;
    assert.deepEqual(containerAttributes(web, watcher), {
      'container.id': id,
      'container.name': 'web',
      'container.runtime.name': 'containerd',
      'container.runtime.version': state.kind === 'synced' ? state.version : '',
      'container.image.name': 'sigel.test/main',
      'container.image.tags': ['1'],
      'k8s.namespace.name': 'shop',
      'k8s.pod.name': 'web-1',
      'k8s.pod.uid': 'uid-1',
      'k8s.container.name': 'web',
      'k8s.container.restart_count': 3,
      'k8s.pod.label.app': 'web',
    });
    await containerd.cri(RuntimeService.method.execSync, { containerId: id, cmd: ['/main', 'exit', '7'] });
    await until('the exec is over', () => [...web.execs.values()].some(({ exitCode }) => exitCode === 7));
    assert.equal(web.init?.exitedAt, undefined, 'and did not end the container');
    await containerd.cri(RuntimeService.method.stopContainer, { containerId: id });
    await containerd.cri(RuntimeService.method.removeContainer, { containerId: id });
    await until('it is gone', () => told(id).includes('delete'));
    assert.deepEqual(told(id), ['create', 'task', 'start', 'exec', 'exit', 'exit', 'delete']);
    const again = await containerd.container(pod, 'web', 4);
    await until('it is started again', () => told(again).includes('start'));
    const { kubernetes } = get('k8s.io', again).details;
    assert.deepEqual([kubernetes?.podUid, kubernetes?.restartCount], ['uid-1', 4]);
  });

  test('a container that lives 50 ms is told with all it is', async () => {
    const pod = await containerd.pod('short-1', 'uid-2');
    const id = await containerd.container(pod, 'short', 0, ['sleep', '50']);
    await until('it is over', () => told(id).includes('exit'));
    const short = get('k8s.io', id);
    assert.ok(short.details.complete);
    assert.equal(short.init?.exitCode, 0);
    assert.equal(short.details.kubernetes?.containerName, 'short');
    assert.deepEqual(told(id), ['create', 'task', 'start', 'exit']);
  });

  test('an image that says it is a pod is believed in no namespace but that of kubelet', async () => {
    const label = 'io.kubernetes.pod.name=forged';
    await containerd.ctr(
      'default',
      'run',
      '-d',
      '--snapshotter',
      'native',
      '--label',
      label,
      IMAGE,
      'forged',
    );
    await until('it is started', () => told('forged').includes('start'));
    const { labels, kubernetes } = get('default', 'forged').details;
    assert.equal(labels.get('io.kubernetes.pod.name'), 'forged');
    assert.equal(kubernetes, undefined);
  });

  test('a process executed with ctr has its own pid and id', async () => {
    await containerd
      .ctr('default', 'tasks', 'exec', '--exec-id', 'one', 'early', '/main', 'exit', '5')
      .catch(() => '');
    const early = get('default', 'early');
    await until('the exec is over', () => early.execs.get('one')?.exitedAt !== undefined);
    const one = early.execs.get('one');
    assert.equal(one?.exitCode, 5);
    assert.deepEqual(
      watcher.containers.byPid(one.pid).map(({ execId }) => execId),
      ['one'],
    );
  });

  test('containerd is killed and started again: what happened meanwhile is found', async () => {
    const pod = await containerd.pod('stays-1', 'uid-3');
    const stays = await containerd.container(pod, 'stays', 0);
    await containerd.ctr('default', 'run', '-d', '--snapshotter', 'native', IMAGE, 'goes');
    await until('they are started', () => told(stays).includes('start') && told('goes').includes('start'));
    await containerd.kill();
    await until('it is lost', () => watcher.state.kind === 'lost');
    const { init } = get('default', 'goes');
    assert.ok(init !== undefined);
    process.kill(init.pid, 'SIGKILL');
    const before = changes.length;
    await containerd.restart();
    await until('it is there again', () => watcher.state.kind === 'synced');
    assert.equal(get('k8s.io', stays).init?.exitedAt, undefined);
    await until(
      'the end of the other is known',
      () => get('default', 'goes').init?.exitedAt !== undefined,
      90_000,
    );
    assert.equal(
      changes.slice(before).filter(({ kind }) => kind === 'create').length,
      0,
      'none is told twice',
    );
    await containerd.ctr('default', 'run', '-d', '--snapshotter', 'native', IMAGE, 'later');
    await until('events come again', () => told('later').includes('start'));
    assert.equal(watcher.counts.bad, 0);
  });
});

function watcherOf(socket: string): Watcher {
  return new Watcher(
    {
      endpoints: [{ shown: socket, target: `unix:${socket}` }],
      namespaces: ['*'],
      isWanted: () => true,
      isKubelets: (namespace) => namespace === 'k8s.io',
      connectTimeoutMs: 5_000,
      requestTimeoutMs: 10_000,
      reconcileMs: 1_000,
      retry: { initialMs: 100, maxMs: 1_000 },
      maxContainers: 1000,
      keepDeletedMs: 120_000,
    },
    SILENT,
  );
}
