import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readStored, type StoredRecord } from '../interop/otlp_json.ts';
import { type Collector, startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { until } from '../interop/peers/process.ts';
import { sigelWithConfig } from '../interop/sigel.ts';
import { scenario } from '../scenario/scenario.ts';
import { type WindowsBench, windowsBench } from './peers/bench.ts';
import { ensureStandin, Standin, type StandinBuild } from './peers/standin.ts';
import type { WindowsProcess } from './peers/windows_process.ts';
import { windowsPath } from './peers/wine.ts';

// The product as one installs it on a node: `sigel` in node.exe, ETW by the stand-in, a Collector on Linux.

const standins = { full: await ensureStandin(), server2019: await ensureStandin('server2019') };
const windows = await windowsBench();
const collectorPeer = await ensureCollector();
const absent = [standins.full, standins.server2019, windows].find((peer) => peer.kind === 'missing');
const skip = absent?.kind === 'missing' ? absent.reason : false;
const skipCollector = skip === false && collectorPeer.kind === 'missing' ? collectorPeer.reason : skip;

type Ends = { after(fn: () => void | Promise<void>): void };
const bench = (): WindowsBench => (windows.kind === 'ready' ? windows.bench : assert.fail('no bench'));
after(() => {
  if (windows.kind === 'ready') windows.bench.dispose();
});

function story(): { events: Uint8Array; kernel: Uint8Array } {
  const s = scenario({
    kernel: 'separate',
    cpus: 4,
    images: true,
    threads: true,
    session: { bufferSize: 65_536 },
  });
  const pod = s.container({
    session: 3,
    silo: '9c3f5a1e-6b7d-4c80-8f42-1d2e3b4a5c6d',
    containerIdItems: 'ascii36',
  });
  const web = s.process({ commandLine: 'w3wp.exe -ap "Shop"', in: pod, user: 'S-1-5-82-1' });
  for (let i = 0; i < 120; i++) {
    s.after('9ms');
    const shell = web.starts(`cmd.exe /c whoami ${i}`);
    shell.connects('192.0.2.7', 3333);
    shell.writesFile('C:\\Windows\\Temp\\x.exe').setsRegistryValue('HKLM\\SOFTWARE\\X', 'v', i);
    shell.exits(0);
  }
  return { events: s.trace(), kernel: s.kernelTrace() };
}

const { events, kernel } = story();

/** A machine on which the sessions of a preset replay the story, under names with `suffix`. */
function machine(t: Ends, build: StandinBuild = 'full', suffix = ''): Standin {
  const library = standins[build];
  assert.ok(library.kind === 'ready');
  const standin = new Standin(library.path);
  t.after(() => standin.dispose());
  standin.play(kernel, `sigel-lifecycle${suffix}`);
  standin.play(events, `sigel-events${suffix}`);
  return standin;
}

async function collector(t: Ends): Promise<Collector> {
  assert.ok(collectorPeer.kind === 'ready');
  const running = await startCollector({ path: collectorPeer.path });
  t.after(() => running.dispose());
  return running;
}

const NODE_YAML = 'config/node.yaml';
const NAMES = { K8S_CLUSTER_NAME: 'shop-eu', K8S_NODE_NAME: 'win-1' };
/** As a recording is read: the times of the trace, and whatever came late in its place. */
const AS_RECORDED = [
  '--set',
  'receivers::etw::clock_correction=false',
  '--set',
  'receivers::etw::reorder_window=1h',
  '--set',
  'receivers::etw::canary_interval=0s',
];

/** Others may run an agent on this machine, too. */
const ANY_PORTS = [
  '--set',
  'extensions::health_check::endpoint=127.0.0.1:0',
  '--set',
  'extensions::zpages::endpoint=127.0.0.1:0',
];

/** Where something is served, as the log says. */
function servedAt(run: WindowsProcess, what: string): string {
  const [, url] = new RegExp(`${what} is served.* url=(\\S+)`).exec(run.stderr()) ?? [];
  return url ?? assert.fail(`${what} is not served:\n${run.stderr()}`);
}

/** Where a node keeps what is not delivered yet. */
const storage = ({ folder }: Standin, name = 'storage') => ({
  SIGEL_STORAGE: windowsPath(join(folder, name)),
});

/** `sigel --config config/node.yaml` on a machine, sending to a Collector. */
async function startNode(standin: Standin, endpoint: string, ...more: string[]): Promise<WindowsProcess> {
  const run = bench().startSigel(
    ['--config', windowsPath(join(bench().folder, NODE_YAML)), ...AS_RECORDED, ...more],
    {
      env: { ...standin.env, ...NAMES, ...storage(standin), OTLP_ENDPOINT: endpoint, OTLP_INSECURE: 'true' },
    },
  );
  await until(
    'both sessions are read',
    () => run.stderr().split('reading a live session').length === 3,
    180_000,
  ).catch((error: unknown) => assert.fail(`${String(error)}\n${run.stderr()}`));
  return run;
}

async function delivered(standin: Standin, session: string): Promise<void> {
  await until(`all of ${session} was delivered`, () => {
    const { buffersWritten = -1, buffersDelivered } = standin.session(session) ?? {};
    return buffersWritten > 0 && buffersDelivered === buffersWritten;
  });
}

const plain = ({ time, eventName, severity, body, attributes }: StoredRecord) => ({
  time,
  eventName,
  severity,
  body,
  attributes: withoutIds(attributes),
});
/** Entity ids are made of the host's name, which a trace does not tell. */
const withoutIds = (attributes: StoredRecord['attributes']) =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !name.endsWith('.entity_id')));
// Records of processes that wait come later than others of their time.
const placeOf = ({ time, eventName, body }: StoredRecord) => `${time} ${eventName} ${JSON.stringify(body)}`;
const byTime = (a: StoredRecord, b: StoredRecord): number => (placeOf(a) < placeOf(b) ? -1 : 1);

async function stored(file: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for await (const record of readStored(file)) records.push(record);
  return records.toSorted(byTime);
}

/** What the etl receiver on Linux makes of traces, through the node's processors or none. */
async function onLinux(t: Ends, traces: readonly Uint8Array[], filtered: boolean): Promise<StoredRecord[]> {
  const standin = machine(t);
  const folder = join(standin.folder, 'linux');
  mkdirSync(folder);
  for (const [i, trace] of traces.entries()) writeFileSync(join(folder, `${i}.etl`), trace);
  const out = join(folder, 'out.jsonl');
  // Neither machine has a containerd.
  const filter =
    'processors: { process: {}, container_attribution: {}, filter: { exclude: [{ event_names: ["process.module.*", "process.thread.start", "process.thread.exit"] }] } }';
  const run = await sigelWithConfig(`
extensions: { containerd: { endpoint: unix:///nowhere/containerd.sock } }
receivers: { etl: { include: [${JSON.stringify(folder)}] } }
${filtered ? filter : ''}
exporters: { file: { path: ${JSON.stringify(out)} } }
service:
  extensions: [containerd]
  pipelines: { logs: { receivers: [etl], processors: [${filtered ? 'process, container_attribution, filter' : ''}], exporters: [file] } }
`);
  assert.equal(run.code, 0, run.stderr);
  return stored(out);
}

for (const build of ['full', 'server2019'] as const) {
  test(`node.yaml to a Collector, ${build}: the records of the traces, with the node's resource`, {
    skip: skipCollector,
  }, async (t) => {
    const standin = machine(t, build);
    const peer = await collector(t);
    const run = await startNode(standin, peer.endpoint, ...ANY_PORTS);
    await delivered(standin, 'sigel-events');
    await delivered(standin, 'sigel-lifecycle');
    assert.equal((await fetch(`${servedAt(run, 'health')}live`)).status, 200);
    const page = await (await fetch(servedAt(run, 'the status page'))).text();
    for (const session of ['sigel-events', 'sigel-lifecycle'])
      assert.match(page, new RegExp(`<th scope="row">${session}</th>`));
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    await peer.stop();
    const all = await stored(peer.file);
    const got = all.filter(({ eventName }) => eventName !== 'sigel.agent.heartbeat');
    assert.ok(got.length < all.length, 'the agent says that it lives');
    const wanted = await onLinux(t, [events, kernel], true);
    assert.ok(wanted.length > 500);
    assert.deepEqual(got.map(plain), wanted.map(plain));
    assert.ok(
      got.every(({ resource }) => resource['k8s.node.name'] === 'win-1' && resource['os.type'] === 'windows'),
    );
    assert.ok(
      got.every(
        ({ resource }) =>
          resource['k8s.cluster.name'] === 'shop-eu' && resource['service.name'] === 'windows-node',
      ),
    );
    assert.match(stderr, build === 'full' ? /buffers=raw/ : /buffers=record/);
    assert.equal(standin.sessions().filter(({ running }) => running).length, 0, 'no session is left behind');
  });
}

test('killed and started again: the sessions are taken over; an orderly stop leaves none', {
  skip: skipCollector,
}, async (t) => {
  const standin = machine(t);
  const peer = await collector(t);
  const first = await startNode(standin, peer.endpoint, ...ANY_PORTS);
  await first.kill();
  assert.equal(standin.sessions().filter(({ running }) => running).length, 2, 'they outlive the process');
  const second = await startNode(standin, peer.endpoint, ...ANY_PORTS);
  assert.match(
    second.stderr(),
    /a session that a Sigel had left was stopped|which a Sigel had left behind, was stopped/,
  );
  await delivered(standin, 'sigel-events');
  const { code, stderr } = await second.stop();
  assert.equal(code, 0, stderr);
  assert.equal(standin.sessions().filter(({ running }) => running).length, 0);
});

test('a second Sigel on the node leaves the first alone', { skip: skipCollector }, async (t) => {
  const standin = machine(t);
  const peer = await collector(t);
  const first = await startNode(standin, peer.endpoint, ...ANY_PORTS);
  const again = await bench().sigel(
    ['--config', windowsPath(join(bench().folder, NODE_YAML)), ...AS_RECORDED, ...ANY_PORTS],
    {
      env: {
        ...standin.env,
        ...NAMES,
        ...storage(standin, 'other'),
        OTLP_ENDPOINT: peer.endpoint,
        OTLP_INSECURE: 'true',
      },
    },
  );
  assert.equal(again.code, 1);
  assert.match(again.stderr, /belongs to another Sigel that is running.*stop the other one/);
  await delivered(standin, 'sigel-events');
  assert.equal((await first.stop()).code, 0);
});

for (const consumption of ['raw', 'record'] as const) {
  test(`sigel record, ${consumption}: a replay on Linux gives the same records`, { skip }, async (t) => {
    const standin = machine(t, 'full', '-record');
    const out = join(standin.folder, 'out');
    const run = bench().startSigel(
      ['record', windowsPath(join(out, 'node.etl')), '--consumption', consumption, '--max-size', '1GiB'],
      { env: standin.env },
    );
    for (const session of ['sigel-lifecycle-record', 'sigel-events-record'])
      await delivered(standin, session);
    const { code, stdout, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    assert.match(stdout, /node\.sigel-lifecycle-record\.etl\r?\n.*node\.sigel-events-record\.etl/, stderr);
    const recorded = readdirSync(out).map((name) => new Uint8Array(readFileSync(join(out, name))));
    assert.equal(recorded.length, 2);
    const wanted = await onLinux(t, [events, kernel], false);
    const got = await onLinux(t, recorded, false);
    assert.ok(wanted.length > 1000);
    assert.deepEqual(got.map(plain), wanted.map(plain));
  });
}
