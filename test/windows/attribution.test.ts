import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readStored, type StoredRecord } from '../interop/otlp_json.ts';
import { startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { kubernetesLabels } from '../support/fake_containerd.ts';
import { ContainerStory } from './container_story.ts';
import { ContainerdRun, extensionConfig } from './containerd_run.ts';
import { SESSION } from './live_bench.ts';
import { windowsBench } from './peers/bench.ts';
import { containerdParts, PIPE, WindowsContainerd } from './peers/containerd.ts';
import { CONTAINERD_1 } from './peers/containerd_build.ts';
import { NODE_24 } from './peers/node.ts';
import { ensureStandin, Standin } from './peers/standin.ts';

// The whole way of a node: ETW (played by the stand-in), the real containerd for Windows over its pipe, attribution, and
// a real Collector. What ETW tells has the pids of the processes that containerd started.

const windows = await windowsBench(NODE_24);
const parts = await containerdParts(CONTAINERD_1);
const library = await ensureStandin();
const otelcol = await ensureCollector();
const absent = [windows, parts, library, otelcol].find((peer) => 'kind' in peer && peer.kind === 'missing');
const skip = absent !== undefined && 'reason' in absent ? absent.reason : false;
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

test('records of a node are attributed to the pods of a real containerd', { skip }, async (t) => {
  assert.ok(windows.kind === 'ready' && !('kind' in parts));
  assert.ok(library.kind === 'ready' && otelcol.kind === 'ready');
  const standin = new Standin(library.path);
  t.after(() => standin.dispose());
  standin.control({ grows: 1 });
  const collector = await startCollector({ path: otelcol.path });
  t.after(() => collector.dispose());
  const containerd = await WindowsContainerd.start(parts);
  t.after(() => containerd.dispose());
  const make = async (id: string, pod: string, annotations: Readonly<Record<string, string>> = {}) => {
    await containerd.create('k8s.io', `sandbox-of-${id}`, { labels: kubernetesLabels(pod) });
    const of = { 'io.kubernetes.cri.sandbox-id': `sandbox-of-${id}`, ...annotations };
    await containerd.create('k8s.io', id, { labels: kubernetesLabels(pod, id), annotations: of });
  };

  // There before Sigel; what ETW knows of it comes later.
  const story = new ContainerStory(containerd);
  await make('web', 'web-1');
  const [web, w3wp] = await story.starts('k8s.io', 'web', 3);
  standin.play(story.trace());
  const doctor = await windows.bench.sigel(['doctor'], { env: standin.env });
  assert.match(doctor.stdout, /^ok {4}containerd +\\\\\.\\pipe\\containerd-containerd answers/m);
  const sigel = new ContainerdRun(
    windows.bench,
    containerd.folder,
    configOf(collector.endpoint),
    standin.env,
  );
  t.after(() => sigel.process.kill());
  await sigel.said('connected to containerd');
  await sigel.said('reading a live session');

  await make('agent', 'agent-1', { 'microsoft.com/hostprocess-container': 'true' });
  const [agent, exporter] = await story.startsOnHost('k8s.io', 'agent');
  await containerd.create('default', 'tool', { labels: kubernetesLabels('web-1', 'web') });
  const [tool, toolMain] = await story.starts('default', 'tool', 4);
  const shell = await story.executes(web, 'shell');
  const debug = await story.executes(agent, 'debug');
  const child = story.forks(shell, 'C:\\Windows\\System32\\whoami.exe');
  const host = story.forks(story.services, 'C:\\Windows\\System32\\svchost.exe');
  for (const process of [w3wp, exporter, toolMain, shell, debug, child, host])
    process.writesFile('C:\\Temp\\x.txt').connects('192.0.2.7', 443);
  await plays(sigel, standin, story);

  await containerd.kill();
  await containerd.restart();
  await sigel.said('connected to containerd', 2);
  await make('again', 'web-2');
  const [again, againMain] = await story.starts('k8s.io', 'again', 5);
  for (const process of [w3wp, againMain]) process.writesFile('C:\\Temp\\y.txt');
  await plays(sigel, standin, story);
  await sigel.stop();
  await collector.stop();

  const records: StoredRecord[] = [];
  for await (const record of readStored(collector.file)) records.push(record);
  const owners = new Map<number, string>([[child.pid, 'shop/web-1/web']]);
  for (const [{ pids }, owner] of [
    [web, 'shop/web-1/web'],
    [agent, 'shop/agent-1/agent'],
    [tool, 'tool'],
    [again, 'shop/web-2/again'],
  ] as const)
    for (const pid of pids) owners.set(pid, owner);
  for (const record of records) {
    const pid = Number(record.attributes['process.pid']);
    assert.equal(ownerOf(record), owners.get(pid) ?? 'node', `${record.eventName} of ${pid}`);
  }
  const methodsOf = ({ pid }: { readonly pid: number }) => {
    const own = records.filter(({ attributes }) => attributes['process.pid'] === pid);
    return new Set(own.map(({ attributes }) => attributes['sigel.attribution.method']));
  };
  assert.deepEqual(
    [w3wp, exporter, debug, toolMain, againMain, child, host].map(methodsOf),
    ['pid', 'pid', 'exec_pid', 'pid', 'pid', 'session', undefined].map((method) => new Set([method])),
  );
});

/** The pod and container that a record is of, as its resource says. */
function ownerOf({ resource }: StoredRecord): string {
  const names = ['k8s.namespace.name', 'k8s.pod.name'].map((name) => resource[name]);
  if (resource['container.id'] === undefined) return 'node';
  return [...names, resource['container.id']].filter((name) => typeof name === 'string').join('/');
}

/** Goes on with what happened since, and waits until it is with Sigel. */
async function plays(sigel: ContainerdRun, standin: Standin, story: ContainerStory): Promise<void> {
  const before = standin.session(SESSION)?.total ?? 0;
  standin.play(story.trace());
  await sigel.until('everything was handed over', () => {
    const { total = 0, position, buffersWritten, buffersDelivered } = standin.session(SESSION) ?? {};
    return total > before && position === total && buffersDelivered === buffersWritten;
  });
}

// Times are those of the trace: they are compared with containerd's. Nothing is given up, however slow the machine.
function configOf(endpoint: string): string {
  return `${extensionConfig("namespaces: ['*']", `endpoint: '${PIPE}'`)}receivers:
  etw:
    clock_correction: false
    accounts: false
    schemas: { ask_windows: false }
    reorder_window: 2s
    sessions:
      - name: ${SESSION}
        flush_interval: 100ms
        providers: [{ provider: Microsoft-Windows-Kernel-Process }]
processors:
  process:
  container_attribution: { wait: 5m }
exporters:
  otlp_grpc: { endpoint: '${endpoint}', tls: { insecure: true } }
service:
  extensions: [containerd]
  pipelines:
    logs: { receivers: [etw], processors: [process, container_attribution], exporters: [otlp_grpc] }
`;
}
