import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readStored, type StoredRecord } from '../interop/otlp_json.ts';
import type { Peer } from '../interop/peers/peer.ts';
import { until } from '../interop/peers/process.ts';
import { kubernetesLabels } from '../support/fake_containerd.ts';
import { ContainerdRun, extensionConfig } from './containerd_run.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { type ContainerdParts, containerdParts, WindowsContainerd } from './peers/containerd.ts';
import { CONTAINERD_1, CONTAINERD_2, type ContainerdVersion } from './peers/containerd_build.ts';
import { NODE_22, NODE_24 } from './peers/node.ts';
import { windowsPath } from './peers/wine.ts';

// Sigel in node.exe and the real containerd for Windows, over the real pipe, both under Wine. Only what makes containers
// of processes is a stand-in: the shim.

const benches = { [NODE_22]: await windowsBench(NODE_22), [NODE_24]: await windowsBench(NODE_24) };
const parts = {
  [CONTAINERD_1.version]: await containerdParts(CONTAINERD_1),
  [CONTAINERD_2.version]: await containerdParts(CONTAINERD_2),
};
after(() => {
  for (const result of Object.values(benches)) if (result.kind === 'ready') result.bench.dispose();
});

interface Machine {
  readonly node: typeof NODE_22 | typeof NODE_24;
  readonly containerd: ContainerdVersion;
}

/** Each costs 15 s: so not every node.exe meets every containerd. */
const MACHINES: readonly Machine[] = [
  { node: NODE_22, containerd: CONTAINERD_1 },
  { node: NODE_24, containerd: CONTAINERD_2 },
];
const IMAGE = { 'io.kubernetes.cri.image-name': 'shop/web:1.2' };

function missingOf({ node, containerd }: Machine): Extract<Peer, { kind: 'missing' }> | undefined {
  const [bench, part] = [benches[node], parts[containerd.version]];
  if (bench.kind === 'missing') return bench;
  return 'kind' in part ? part : undefined;
}

function benchOf(node: Machine['node']): WindowsBench {
  const result = benches[node];
  return result.kind === 'ready' ? result.bench : assert.fail(result.reason);
}

function partsOf({ version }: ContainerdVersion): ContainerdParts {
  const found = parts[version];
  return 'kind' in found ? assert.fail(found.reason) : found;
}

for (const machine of MACHINES) {
  const title = `containerd ${machine.containerd.version}, node.exe ${machine.node}: the life of containers`;
  test(title, { skip: missingOf(machine)?.reason ?? false }, async (t) => {
    const containerd = await WindowsContainerd.start(partsOf(machine.containerd));
    t.after(() => containerd.dispose());
    await containerd.create('k8s.io', 'early');
    await containerd.run('k8s.io', 'early');
    const out = join(containerd.folder, 'records.jsonl');
    const sigel = new ContainerdRun(benchOf(machine.node), containerd.folder, configOf(out));
    t.after(() => sigel.process.kill());
    const names = async (id?: string) => (await recordsIn(out, id)).map(({ eventName }) => eventName);
    const told = (name: string, id?: string) =>
      until(`${name} ${id ?? ''}`, async () => (await names(id)).includes(name));
    await sigel.said('connected to containerd');
    await told('container.start', 'early');

    const [labels, web] = [kubernetesLabels('web-1', 'web'), { 'io.kubernetes.cri.sandbox-id': 'pod' }];
    await containerd.create('k8s.io', 'pod', { labels: kubernetesLabels('web-1') });
    await containerd.create('k8s.io', 'web', { labels, annotations: { ...web, ...IMAGE } });
    await containerd.run('k8s.io', 'web');
    const [first] = await containerd.pids('k8s.io', 'web');
    await containerd.exec('k8s.io', 'web', 'probe', 2_000, 7);
    const probe = (await containerd.pids('k8s.io', 'web')).find((pid) => pid !== first);
    await containerd.create('default', 'forged', { labels });
    await containerd.run('default', 'forged');
    await told('container.exec.exit', 'web');

    await containerd.create('k8s.io', 'goes', { lives: 2_000 });
    await containerd.run('k8s.io', 'goes');
    await containerd.kill();
    await told('sigel.agent.containerd_lost');
    await containerd.restart();
    await sigel.said('connected to containerd', 2);
    await told('container.exit', 'goes');
    await containerd.remove('k8s.io', 'web');
    const short = { labels: kubernetesLabels('web-2', 'short'), lives: 50, exitCode: 9 };
    await containerd.create('k8s.io', 'short', short);
    await containerd.run('k8s.io', 'short');
    await told('container.exit', 'short');
    await sigel.stop();

    assert.deepEqual(await names('early'), ['container.create', 'container.start']);
    assert.deepEqual(await names('goes'), ['container.create', 'container.start', 'container.exit']);
    assert.deepEqual(
      (await recordsIn(out, 'web')).map(({ eventName, attributes }) => [
        eventName,
        attributes['process.pid'],
        attributes['sigel.container.exec_id'],
        attributes['process.exit.code'],
      ]),
      [
        ['container.create', undefined, undefined, undefined],
        ['container.start', first, undefined, undefined],
        ['container.exec', probe, 'probe', undefined],
        ['container.exec.exit', probe, 'probe', 7],
        ['container.exit', first, undefined, 1],
        ['container.delete', undefined, undefined, undefined],
      ],
    );
    const [made] = await recordsIn(out, 'web');
    assert.deepEqual(
      Object.entries(made?.resource ?? {}).filter(([name]) => /^(?:container|k8s)\./.test(name)),
      Object.entries({
        'container.id': 'web',
        'container.name': 'web',
        'container.runtime.name': 'containerd',
        // What `go build` adds where nobody says a version.
        'container.runtime.version': `${machine.containerd.version}+unknown`,
        'container.image.name': 'shop/web',
        'container.image.tags': ['1.2'],
        'k8s.namespace.name': 'shop',
        'k8s.pod.name': 'web-1',
        'k8s.pod.uid': 'uid-of-web-1',
        'k8s.container.name': 'web',
        'k8s.pod.label.app': 'web',
        'k8s.pod.label.pod-template-hash': '5d4f',
      }),
    );
    const [forged] = await recordsIn(out, 'forged');
    assert.equal(forged?.attributes['sigel.container.namespace'], 'default');
    assert.equal(forged?.resource['k8s.pod.name'], undefined, 'no namespace of kubelet’s');
    const over = (await recordsIn(out, 'short')).at(-1);
    assert.equal(over?.resource['k8s.pod.name'], 'web-2');
    assert.equal(over?.attributes['process.exit.code'], 9);
  });
}

/** What is told of containers until now; of one, where an id is given. */
async function recordsIn(file: string, id?: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  if (existsSync(file)) for await (const record of readStored(file)) records.push(record);
  return records.filter(({ resource }) => id === undefined || resource['container.id'] === id);
}

// No endpoint: it is found where every Windows has it.
function configOf(out: string): string {
  return `${extensionConfig("namespaces: ['*']")}receivers:
  containerd: { include_existing: true }
exporters:
  file: { path: '${windowsPath(out)}', flush_interval: 100ms }
service:
  extensions: [containerd]
  pipelines:
    logs: { receivers: [containerd], exporters: [file] }
`;
}
