import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { shopContainers } from '../../config/demo/shop_containers.ts';
import { shopNode } from '../../config/demo/shop_node.ts';
import { writeTrace } from '../scenario/etl_writer.ts';
import { scenario } from '../scenario/scenario.ts';
import { fileTime } from '../scenario/time.ts';
import { type Collector, startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { type Jaeger, type JaegerSpan, type JaegerTrace, startJaeger } from './peers/jaeger.ts';
import { ensureJaeger } from './peers/jaeger_build.ts';
import { until } from './peers/process.ts';
import { NO_TRACES, ROOT, tracePath } from './shared_data.ts';
import { account, type SigelRun, sigel, sigelWithConfig } from './sigel.ts';
import { TrueParents } from './true_parents.ts';

const DEMO = join(ROOT, 'config', 'demo', 'shop_attack.etl.gz');
const WEB_POD = 'shop-web-6d5f8b7c9d-x2x7p';
const MINER = 'Crypto miner by its pool address';

const collectorPeer = await ensureCollector();
const peer = collectorPeer.kind === 'ready' ? await ensureJaeger() : collectorPeer;
const skip = peer.kind === 'missing' ? peer.reason : false;

/** What a test started and must be ended also when it fails. */
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

interface Backend {
  readonly jaeger: Jaeger;
  readonly collector: Collector;
}

async function backend(): Promise<Backend> {
  assert.ok(peer.kind === 'ready' && collectorPeer.kind === 'ready');
  const jaeger = await startJaeger(peer.path);
  ends.push(() => jaeger.dispose());
  const collector = await startCollector({
    path: collectorPeer.path,
    sink: 'nop',
    tracesTo: jaeger.endpoint,
  });
  ends.push(() => collector.dispose());
  return { jaeger, collector };
}

/** Runs Sigel on a trace with its spans to the Collector and its records as JSON on stdout. */
async function replay({ collector }: Backend, trace: string, ...args: string[]): Promise<SigelRun> {
  const otlp = ['--otlp', collector.endpoint, '--signals', 'traces', '--format', 'json'];
  const run = await sigel(['replay', trace, ...otlp, ...args], { ledger: true });
  assert.equal(run.code, 0, run.stderr);
  return run;
}

/** All traces, once Jaeger has as many spans as were handed on, in a form that every test wants them to have. */
async function tracesOf({ jaeger }: Backend, runs: readonly SigelRun[]): Promise<readonly JaegerTrace[]> {
  const handedOn = runs.reduce((sum, run) => sum + account(run, 'connector').emitted, 0);
  const all = async () => {
    const services = await jaeger.services();
    const found = await Promise.all(services.map((service) => jaeger.find(service)));
    return [...new Map(found.flat().map((trace) => [trace.traceID, trace])).values()];
  };
  let traces: readonly JaegerTrace[] = [];
  await until(`Jaeger has ${handedOn} spans`, async () => {
    traces = await all();
    return traces.reduce((sum, { spans }) => sum + spans.length, 0) >= handedOn;
  });
  assert.equal(
    traces.reduce((sum, { spans }) => sum + spans.length, 0),
    handedOn,
  );
  for (const trace of traces) {
    const ids = new Set(trace.spans.map(({ spanID }) => spanID));
    assert.equal(ids.size, trace.spans.length, 'a span id is there twice');
    for (const span of trace.spans) {
      const parent = parentId(span);
      assert.ok(parent === undefined || ids.has(parent), `the parent of ${span.operationName} is missing`);
      // Of a span that was told before its process ended, children are later: that alone is remarked upon.
      for (const warning of [...(span.warnings ?? []), ...(trace.warnings ?? [])])
        assert.match(warning, /^clock skew adjustment disabled/);
    }
  }
  return traces;
}

function parentId({ references, traceID }: JaegerSpan): string | undefined {
  return references.find((one) => one.refType === 'CHILD_OF' && one.traceID === traceID)?.spanID;
}

function tagOf({ tags }: { readonly tags: JaegerSpan['tags'] }, key: string): unknown {
  return tags.find((one) => one.key === key)?.value;
}

/**
 * Every edge between processes is the true one; and a process that started has its parent above it where that one has a
 * span in the same trace that was begun before. Returns how many edges there are.
 */
function checkEdges(traces: readonly JaegerTrace[], truth: TrueParents): number {
  let edges = 0;
  for (const { spans } of traces) {
    const byId = new Map(spans.map((span) => [span.spanID, span]));
    const byEntity = new Map(spans.map((span) => [tagOf(span, 'process.entity_id'), span]));
    for (const span of spans.filter(({ operationName }) => operationName.startsWith('exec '))) {
      const process = truth.processes.find(({ entityId }) => entityId === tagOf(span, 'process.entity_id'));
      if (process === undefined) continue;
      const parent = truth.parentOf(process);
      const shown = byId.get(parentId(span) ?? '');
      assert.ok(shown !== undefined, `${span.operationName} has nothing above it`);
      if (shown.operationName.startsWith('exec ')) {
        assert.equal(tagOf(shown, 'process.pid'), process.parentPid, span.operationName);
        if (parent !== undefined) assert.equal(tagOf(shown, 'process.entity_id'), parent.entityId);
        edges++;
      } else if (process.started && parent !== undefined)
        assert.equal(
          byEntity.get(parent.entityId),
          undefined,
          `${span.operationName} is not below its parent`,
        );
    }
  }
  return edges;
}

test('the demo: trees of true parents, a service for each workload, detections that are found', {
  skip,
}, async () => {
  const world = await backend();
  const run = await replay(world, DEMO, '--rules', 'builtin');
  const traces = await tracesOf(world, [run]);
  const truth = await TrueParents.read(run.stdout);
  assert.ok(checkEdges(traces, truth) >= 20);
  assert.deepEqual([...(await world.jaeger.services())].sort(), ['shop-api', 'shop-web', 'windows-node']);

  const web = await world.jaeger.find('shop-web', { 'k8s.pod.name': WEB_POD });
  assert.equal(web.length, 1);
  const red = traces.flatMap(({ spans }) => spans.filter((span) => tagOf(span, 'error') === true));
  assert.equal(red.length, truth.detections);
  assert.ok(red.every(({ operationName }) => operationName.startsWith('detection: ')));
  const [found, ...others] = await world.jaeger.find('shop-web', { 'security_rule.name': MINER });
  assert.equal(others.length, 0);
  assert.equal(found?.traceID, web[0]?.traceID);
  assert.equal((await world.jaeger.find('shop-api', { 'security_rule.name': MINER })).length, 0);

  // The attack is one path, from the server to what it mined with.
  const byId = new Map(found?.spans.map((span) => [span.spanID, span]));
  const path: string[] = [];
  for (let at = found?.spans.find((span) => span.operationName.endsWith(MINER)); at !== undefined; ) {
    path.unshift(at.operationName);
    at = byId.get(parentId(at) ?? '');
  }
  assert.deepEqual(path.slice(-5), [
    'exec w3wp.exe',
    'exec cmd.exe',
    'exec powershell.exe',
    'exec shop-updater.exe',
    `detection: ${MINER}`,
  ]);
  assert.match(path[0] ?? '', /^container shop-web/);
});

test('a real trace: trees of true parents', { skip: skip === false ? NO_TRACES : skip }, async () => {
  const world = await backend();
  const run = await replay(world, tracePath('kernel-process-w7'));
  const traces = await tracesOf(world, [run]);
  assert.ok(checkEdges(traces, await TrueParents.read(run.stdout)) > 0);
});

/** Two recordings of the demo's node: an agent's, and that of one that is started again when a minute has gone. */
function twoRecordings(): {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly whole: Uint8Array;
} {
  const s = scenario({ seed: 9, session: { bootTime: fileTime('2026-03-01T06:00:00Z') } });
  const node = shopNode(s);
  node.works(2);
  const shell = node.web.starts('cmd.exe /c whoami /all');
  const who = shell.starts('whoami.exe /all');
  s.after('30ms');
  who.exits(0);
  const middle = s.recorder.main.length;
  s.after('10s');
  const restarted = s.recorder.now;
  for (const process of [node.compute, node.webServices, node.webDns, node.web, shell])
    process.rundown(s.controller);
  const net = shell.starts('net.exe user');
  s.after('61s');
  net.starts('net1.exe user');
  node.web.starts('cmd.exe /c dir').starts('tor.exe');
  node.works(2);
  const steps = s.recorder.main;
  const spec = s.spec();
  return {
    first: writeTrace({ ...spec, steps: steps.slice(0, middle) }),
    second: writeTrace({ ...spec, startTime: restarted, steps: steps.slice(middle) }),
    whole: writeTrace(spec),
  };
}

/** Runs the service over one recording, with traces of a minute; its records are in `records.jsonl`, all of them. */
async function record({ collector }: Backend, folder: string, trace: Uint8Array): Promise<SigelRun> {
  const path = (name: string) => JSON.stringify(join(folder, name));
  writeFileSync(join(folder, 'node.etl'), trace);
  writeFileSync(join(folder, 'node.containers.ndjson'), shopContainers());
  const run = await sigelWithConfig(`receivers:
  etl: { include: [${path('node.etl')}] }
processors:
  process: { trace_window: 1m }
  container_attribution: { journal: ${path('node.containers.ndjson')} }
  signature: { builtin: true, max_per_minute: 0 }
connectors:
  process_trace:
exporters:
  file: { path: ${path('records.jsonl')}, append: true }
  otlp_grpc:
    endpoint: ${collector.endpoint}
    tls: { insecure: true }
service:
  pipelines:
    logs:
      receivers: [etl]
      processors: [process, container_attribution, signature]
      exporters: [file, process_trace]
    traces: { receivers: [process_trace], exporters: [otlp_grpc] }
`);
  assert.equal(run.code, 0, run.stderr);
  return run;
}

for (const [title, parts] of [
  ['a container that outlives its window is a trace for each, linked', ['whole']],
  ['an agent that is started again in the middle goes on in the same traces', ['first', 'second']],
] as const) {
  test(title, { skip }, async () => {
    const world = await backend();
    const folder = mkdtempSync(join(tmpdir(), 'sigel-jaeger-'));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    const recordings = twoRecordings();
    const runs: SigelRun[] = [];
    for (const part of parts) runs.push(await record(world, folder, recordings[part]));
    const traces = await tracesOf(world, runs);
    const truth = await TrueParents.read(readFileSync(join(folder, 'records.jsonl'), 'utf8'));
    assert.ok(checkEdges(traces, truth) >= 6);
    const web = traces.filter(({ processes }) =>
      Object.values(processes).some(({ serviceName }) => serviceName === 'shop-web'),
    );
    assert.equal(web.length, 2);
    const [before, after] = web.toSorted((a, b) => startOf(a) - startOf(b));
    assert.ok(before !== undefined && after !== undefined);
    // What goes on in the second window says with which span of the first.
    const ids = new Set(before.spans.map(({ spanID }) => spanID));
    const links = after.spans.flatMap(({ references }) =>
      references.filter(({ refType }) => refType === 'FOLLOWS_FROM'),
    );
    assert.ok(links.some(({ traceID, spanID }) => traceID === before.traceID && ids.has(spanID)));
    const names = (trace: JaegerTrace) => trace.spans.map(({ operationName }) => operationName);
    for (const name of ['exec whoami.exe', 'exec net.exe']) assert.ok(names(before).includes(name), name);
    for (const name of ['exec net1.exe', 'exec tor.exe', 'detection: Tor client started'])
      assert.ok(names(after).includes(name), name);
  });
}

const startOf = ({ spans }: JaegerTrace): number => Math.min(...spans.map(({ startTime }) => startTime));
