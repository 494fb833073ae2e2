import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { accessOf } from '../../src/kubernetes/access.ts';
import { ApiClient } from '../../src/kubernetes/api_client.ts';
import { listPods } from '../../src/kubernetes/pod_list.ts';
import { watchPods } from '../../src/kubernetes/pod_watch.ts';
import { PodWatcher } from '../../src/kubernetes/pod_watcher.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { Attributing, told } from '../support/attribution.ts';
import { createCertificates } from '../support/certificates.ts';
import { RealKubernetes } from './peers/kubernetes.ts';
import { ensureKubernetes } from './peers/kubernetes_build.ts';
import { until } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

// A real API server and etcd, with the documented permissions and no others. Pods have what a kubelet would tell of
// them patched in.

const peer = await ensureKubernetes();
const certificates = createCertificates();
after(() => certificates?.remove());
const skip =
  peer.kind === 'missing' ? peer.reason : certificates === undefined ? 'certificates need openssl' : false;

const NODE = 'win-1';
const PODS = '/api/v1/namespaces/shop/pods';
/** Where the documented objects are created, by their kind. */
const PATHS: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/sigel/serviceaccounts',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  DaemonSet: '/apis/apps/v1/namespaces/sigel/daemonsets',
};

/** The objects that docs/kubernetes.md shows, in their order. */
function documented(): { kind: string; metadata: object }[] {
  const text = readFileSync(join(ROOT, 'docs', 'kubernetes.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(apiVersion: [\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, block]) => parseAllDocuments(block ?? '').map((document) => document.toJS()));
}

describe('a real API server', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-k8s-test-'));
  const tokenFile = join(folder, 'token');
  let api: RealKubernetes;
  let watcher: PodWatcher;
  /** Where the watcher looks, when it is to find nothing. */
  let elsewhere: URL | undefined;

  before(async () => {
    assert.ok(peer.kind === 'ready' && certificates !== undefined);
    api = new RealKubernetes(peer.path, certificates);
    await api.start();
    await api.must('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    watcher = watcherOf();
  });
  after(async () => {
    await watcher?.stop();
    await api?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function clientOf(): ApiClient {
    const access = accessOf({ server: api.address, token_file: tokenFile, ca_file: certificates?.caFile });
    assert.ok(!('reason' in access));
    const { server } = access;
    return new ApiClient(
      {
        ...access,
        get server() {
          return elsewhere ?? server;
        },
      },
      10_000,
    );
  }

  function watcherOf(): PodWatcher {
    return new PodWatcher(
      {
        client: clientOf(),
        node: NODE,
        wants: () => true,
        asksCluster: true,
        maxPods: 100,
        keepDeletedMs: 60_000,
        pageSize: 2,
        watchMs: 2_000,
        silenceMs: 20_000,
        retry: { initialMs: 50, maxMs: 200 },
      },
      SILENT,
    );
  }

  /** Creates a pod of namespace `shop`; resolves to its uid. */
  async function create(name: string, metadata: object = {}, node = NODE): Promise<string> {
    const made = await api.must('POST', PODS, {
      metadata: { ...metadata, name },
      spec: { nodeName: node, containers: [{ name: 'main', image: 'sigel.test/main:1' }] },
    });
    return String((made['metadata'] as { uid: unknown }).uid);
  }
  const knows = (uid: string): Promise<void> => until('the pod', () => watcher.pod(uid) !== undefined);

  test('the documented objects are taken; without the ClusterRole it says what is missing', async () => {
    const objects = documented().filter(({ metadata }) => !JSON.stringify(metadata).includes('"gateway"'));
    assert.deepEqual(objects.map(({ kind }) => kind).toSorted(), Object.keys(PATHS).toSorted());
    const post = (object: { kind: string }) => api.must('POST', PATHS[object.kind] ?? '', object);
    const [roles, others] = [
      objects.filter(({ kind }) => kind === 'ClusterRole'),
      objects.filter(({ kind }) => kind !== 'ClusterRole'),
    ];
    for (const object of others) await post(object);
    writeFileSync(tokenFile, await api.tokenOf('sigel', 'sigel'));
    watcher.start();
    await until('the refusal', () => watcher.state.kind === 'lost');
    const { state } = watcher;
    assert.match(
      state.kind === 'lost' ? state.reason : '',
      /^403 pods is forbidden: User "system:serviceaccount:sigel:sigel" cannot list resource "pods"/,
    );
    for (const object of roles) await post(object);
    await until('the list', () => watcher.state.kind === 'synced');
  });

  test('and no more than that: neither secrets nor other namespaces', async () => {
    const token = readFileSync(tokenFile, 'utf8');
    const asked: [path: string, status: number][] = [
      ['/api/v1/pods?limit=1', 200],
      ['/api/v1/namespaces/kube-system', 200],
      ['/api/v1/namespaces/shop', 403],
      ['/api/v1/secrets', 403],
      ['/api/v1/nodes', 403],
    ];
    for (const [path, status] of asked)
      assert.equal((await api.call('GET', path, undefined, token)).status, status, path);
  });

  test('the cluster’s uid is that of kube-system', async () => {
    const { metadata } = await api.must('GET', '/api/v1/namespaces/kube-system');
    assert.equal(watcher.clusterUid, (metadata as { uid: unknown }).uid);
  });

  test('a pod of a Deployment, as it is made, gets its address, changes and goes', async () => {
    const labels = { app: 'web', 'pod-template-hash': '7d9f' };
    const owner = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      name: 'web-7d9f',
      uid: 'rs-uid',
      controller: true,
    };
    const uid = await create('web-7d9f-abcde', { labels, ownerReferences: [owner] });
    const away = await create('web-7d9f-other', { labels }, 'win-2');
    await knows(uid);
    assert.deepEqual(watcher.pod(uid)?.owners, [{ kind: 'ReplicaSet', name: 'web-7d9f', uid: 'rs-uid' }]);
    await api.must('PATCH', `${PODS}/web-7d9f-abcde/status`, {
      status: { podIP: '10.1.2.3', podIPs: [{ ip: '10.1.2.3' }], phase: 'Running' },
    });
    await until('the address', () => watcher.pod(uid)?.ip === '10.1.2.3');
    await api.must('PATCH', `${PODS}/web-7d9f-abcde`, { metadata: { annotations: { team: 'blue' } } });
    await until('the annotation', () => watcher.pod(uid)?.annotations.get('team') === 'blue');
    assert.equal(watcher.pod(away), undefined, 'a pod of another node');
  });

  test('a watch without events goes on at a bookmark, and the next one there', async () => {
    const { signal } = new AbortController();
    const client = clientOf();
    const listed = await listPods(client, { node: NODE, pageSize: 2, fresh: true }, () => {}, signal);
    assert.ok(listed.kind === 'listed');
    let made: Promise<string> | undefined;
    const told: string[] = [];
    const listener = {
      // What happens on other nodes is not told, but the place in it is.
      opened: () => (made = create('elsewhere', {}, 'win-2')),
      changed: () => told.push('changed'),
      deleted: () => told.push('deleted'),
      bad: () => told.push('bad'),
    };
    const options = { node: NODE, version: listed.version, seconds: 4, silenceMs: 20_000 };
    const end = await watchPods(client, options, listener, signal);
    client.close();
    assert.ok(await made);
    assert.deepEqual([end.kind, told], ['over', []]);
    assert.ok(end.kind === 'over' && Number(end.version) > Number(listed.version));
    const { watches, lists } = watcher.counts;
    await until('one more', () => watcher.counts.watches > watches);
    await knows(await create('later'));
    assert.equal(watcher.counts.lists, lists);
  });

  test('records of a container say all of it', async () => {
    const uid = await create('load-x', {
      labels: { team: 'red' },
      annotations: { 'resource.opentelemetry.io/service.namespace': 'shop' },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'load', uid: 'job-uid' }],
    });
    const world = new Attributing({
      kubernetes: {
        server: api.address,
        token_file: tokenFile,
        ca_file: certificates?.caFile,
        node: NODE,
        extract: { labels: [{ key: 'team' }] },
        wait_for_metadata: '10s',
      },
    });
    await world.start();
    world.containerd.create('web', 1, { podUid: uid });
    const first = world.take(told('process.start', 100, 10, { session: 6 }));
    world.containerd.run('web', 100, 12);
    await world.take(told('process.start', 60, 20, { session: 0 }));
    await first;
    const record = world.out.find(({ attributes }) => attributes['process.pid'] === 100);
    const attributes = record?.resource.attributes ?? {};
    await world.shutdown();
    const shown = [
      'k8s.pod.uid',
      'k8s.job.name',
      'k8s.job.uid',
      'k8s.node.name',
      'k8s.pod.label.team',
      'service.namespace',
    ];
    assert.deepEqual(
      shown.map((name) => attributes[name]),
      [uid, 'load', 'job-uid', NODE, 'red', 'shop'],
    );
    assert.match(String(attributes['k8s.pod.start_time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  test('the server is killed and starts again: what is known stays known', async () => {
    const before = await create('before');
    await knows(before);
    await api.kill();
    await until('the loss', () => watcher.state.kind === 'lost');
    assert.ok(watcher.pod(before) !== undefined);
    await api.restart();
    await knows(await create('after'));
  });

  test('the place where it was is compacted away (410): everything is listed again', async () => {
    const gone = await create('gone');
    await knows(gone);
    const { lists } = watcher.counts;
    elsewhere = new URL('https://127.0.0.1:1');
    await until('the end of the watch', () => watcher.state.kind === 'lost');
    await api.must('DELETE', `${PODS}/gone?gracePeriodSeconds=0`);
    const uid = await create('unseen');
    await api.compact();
    await api.restart();
    elsewhere = undefined;
    await until('the list', () => watcher.counts.lists > lists);
    await knows(uid);
    assert.ok(watcher.pod(gone) !== undefined, 'and what is gone is kept for its time');
  });

  test('the token is taken away and replaced: it goes on with the new one', async () => {
    const accounts = '/api/v1/namespaces/sigel/serviceaccounts';
    await api.must('DELETE', `${accounts}/sigel`);
    await api.must('POST', accounts, { metadata: { name: 'sigel' } });
    await until('the refusal', () => watcher.state.kind === 'lost');
    const { state } = watcher;
    assert.equal(state.kind === 'lost' && state.reason, '401 Unauthorized');
    const uid = await create('rotated');
    writeFileSync(tokenFile, await api.tokenOf('sigel', 'sigel'));
    await knows(uid);
  });
});
