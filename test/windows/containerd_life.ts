import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readStored, type StoredRecord } from '../interop/otlp_json.ts';
import { kubernetesLabels } from '../support/fake_containerd.ts';
import { ContainerdRun } from './containerd_run.ts';
import { windowsBench } from './peers/bench.ts';
import { containerdParts, WindowsContainerd } from './peers/containerd.ts';
import type { ContainerdVersion } from './peers/containerd_build.ts';
import type { NODE_22, NODE_24 } from './peers/node.ts';
import { windowsPath } from './peers/wine.ts';

const IMAGE = { 'io.kubernetes.cri.image-name': 'shop/web:1.2' };

/** Containers come and go in a containerd, also while it is away, and the receiver tells what happened. */
export async function testLife(
  node: typeof NODE_22 | typeof NODE_24,
  version: ContainerdVersion,
): Promise<void> {
  const [windows, parts] = [await windowsBench(node), await containerdParts(version)];
  const missing = windows.kind === 'missing' ? windows : 'kind' in parts ? parts : undefined;
  after(() => {
    if (windows.kind === 'ready') windows.bench.dispose();
  });
  const title = `containerd ${version.version}, node.exe ${node}: the life of containers`;
  test(title, { skip: missing?.reason ?? false }, async (t) => {
    assert.ok(windows.kind === 'ready' && !('kind' in parts));
    const containerd = await WindowsContainerd.start(parts);
    t.after(() => containerd.dispose());
    await containerd.create('k8s.io', 'early');
    await containerd.run('k8s.io', 'early');
    const told = new ToldRecords(join(containerd.folder, 'records.jsonl'));
    const config = join(containerd.folder, 'sigel.yaml');
    writeFileSync(config, configOf(told.file));
    const sigel = new ContainerdRun(windows.bench, containerd.folder, config);
    t.after(() => sigel.process.kill());
    await sigel.until('it tells what was there', () => told.has('container.start', 'early'));
    const pids = await live(containerd, sigel, told);
    await sigel.stop();

    assert.deepEqual(await told.names('early'), ['container.create', 'container.start']);
    assert.deepEqual(await told.names('goes'), ['container.create', 'container.start', 'container.exit']);
    assertWeb(await told.of('web'), pids, version);
    const [forged] = await told.of('forged');
    assert.equal(forged?.attributes['sigel.container.namespace'], 'default');
    assert.equal(forged?.resource['k8s.pod.name'], undefined, 'kubelet does not own that namespace');
    const over = (await told.of('short')).at(-1);
    assert.equal(over?.resource['k8s.pod.name'], 'web-2');
    assert.equal(over?.attributes['process.exit.code'], 9);
  });
}

interface Pids {
  readonly first: number | undefined;
  readonly probe: number | undefined;
}

/** What happens; resolves to the pids of container `web`. */
async function live(containerd: WindowsContainerd, sigel: ContainerdRun, told: ToldRecords): Promise<Pids> {
  const tells = (name: string, id?: string) =>
    sigel.until(`it tells ${name} ${id ?? ''}`, () => told.has(name, id));
  const labels = kubernetesLabels('web-1', 'web');
  const annotations = { 'io.kubernetes.cri.sandbox-id': 'pod', ...IMAGE };
  await containerd.create('k8s.io', 'pod', { labels: kubernetesLabels('web-1') });
  await containerd.create('k8s.io', 'web', { labels, annotations });
  await containerd.run('k8s.io', 'web');
  const [first] = await containerd.pids('k8s.io', 'web');
  await containerd.exec('k8s.io', 'web', 'probe');
  const probe = (await containerd.pids('k8s.io', 'web')).find((pid) => pid !== first);
  await containerd.create('default', 'forged', { labels });
  await containerd.run('default', 'forged');
  await containerd.ctr('k8s.io', 'tasks', 'kill', '-s', 'SIGKILL', '--exec-id', 'probe', 'web');
  await tells('container.exec.exit', 'web');

  await containerd.create('k8s.io', 'goes', { lives: 2_000 });
  await containerd.run('k8s.io', 'goes');
  await tells('container.start', 'goes');
  await containerd.kill();
  await tells('sigel.agent.containerd_lost');
  await containerd.restart();
  await sigel.said('connected to containerd', 2);
  await tells('container.exit', 'goes');
  await containerd.ctr('k8s.io', 'tasks', 'kill', '-s', 'SIGKILL', 'web');
  await tells('container.exit', 'web');
  await containerd.remove('k8s.io', 'web');
  const short = { labels: kubernetesLabels('web-2', 'short'), lives: 50, exitCode: 9 };
  await containerd.create('k8s.io', 'short', short);
  await containerd.run('k8s.io', 'short');
  await tells('container.exit', 'short');
  return { first, probe };
}

function assertWeb(
  records: readonly StoredRecord[],
  { first, probe }: Pids,
  { version }: ContainerdVersion,
): void {
  assert.deepEqual(
    records.map(({ eventName, attributes }) => [
      eventName,
      attributes['process.pid'],
      attributes['sigel.container.exec_id'],
      attributes['process.exit.code'],
    ]),
    [
      ['container.create', undefined, undefined, undefined],
      ['container.start', first, undefined, undefined],
      ['container.exec', probe, 'probe', undefined],
      ['container.exec.exit', probe, 'probe', 1],
      ['container.exit', first, undefined, 1],
      ['container.delete', undefined, undefined, undefined],
    ],
  );
  for (const { resource } of records)
    assert.deepEqual(
      Object.entries(resource).filter(([name]) => /^(?:container|k8s)\./.test(name)),
      Object.entries({
        'container.id': 'web',
        'container.name': 'web',
        'container.runtime.name': 'containerd',
        // What `go build` adds where nobody says a version.
        'container.runtime.version': `${version}+unknown`,
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
}

/** What was told of containers until now. */
class ToldRecords {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** All, or those of one container. */
  async of(id?: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    if (existsSync(this.file)) for await (const record of readStored(this.file)) records.push(record);
    return records.filter(({ resource }) => id === undefined || resource['container.id'] === id);
  }

  async names(id?: string): Promise<string[]> {
    return (await this.of(id)).map(({ eventName }) => eventName);
  }

  async has(name: string, id?: string): Promise<boolean> {
    return (await this.names(id)).includes(name);
  }
}

// No endpoint: it is found where every Windows has it.
function configOf(out: string): string {
  return `extensions:
  containerd:
receivers:
  containerd: { include_existing: true }
exporters:
  file: { path: '${windowsPath(out)}', flush_interval: 100ms }
service:
  extensions: [containerd]
  pipelines:
    logs: { receivers: [containerd], exporters: [file] }
`;
}
