import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { metricFamilies } from '../support/prometheus_text.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { freePort } from './peers/ports.ts';
import { capture, stop, until } from './peers/process.ts';
import { ROOT } from './shared_data.ts';

const peer = await ensureCollector();
const skip = peer.kind === 'missing' ? peer.reason : false;

/** What the Collector says of its Go runtime and its gRPC server, or of one of its processors. */
const FOREIGN = /^(?!otelcol_)|_runtime_total_alloc|_in_flight_requests$|_processor_memory_limiter_/;
/** Where the peer is: ours has one for each exporter. */
const PEER = /^server_/;

test('naming: collector has the names and labels of a real Collector', { skip }, async (t) => {
  assert.equal(peer.kind, 'ready');
  const folder = mkdtempSync(join(tmpdir(), 'sigel-metrics-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [otlp, theirs, ours] = [await freePort(), await freePort(), await freePort()];
  const start = async (command: readonly string[], config: string, said: string) => {
    const file = join(folder, `${said.length}.yaml`);
    writeFileSync(file, config);
    const [program = '', ...args] = command;
    const child = spawn(program, [...args, '--config', file], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(() => stop(child));
    const log = capture(child.stderr);
    await until(
      `${program} is ready`,
      () => log().includes(said) || (child.exitCode !== null && assert.fail(log())),
    );
  };
  await start([peer.path], collectorConfig(otlp, theirs), 'Everything is ready');
  await start([process.execPath, 'src/main.ts'], sigelConfig(folder, otlp, ours), 'everything is running');

  const [expected, actual] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  const read = async (port: number, into: Map<string, Set<string>>) => {
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    for (const [name, labels] of metricFamilies(await response.text())) into.set(name, labels);
    return into;
  };
  // What a Collector has counted nothing of, it does not show.
  await until('the Collector has sent records on', async () =>
    (await read(theirs, expected)).has('otelcol_exporter_sent_log_records'),
  );
  await read(ours, actual);
  const wanted = [...expected].filter(([name]) => !FOREIGN.test(name));
  assert.ok(wanted.length >= 13, `the Collector shows ${wanted.map(([name]) => name).join(' ')}`);
  for (const [name, labels] of wanted) {
    const has = actual.get(name);
    assert.ok(has !== undefined, `${name} is missing`);
    assert.deepEqual(
      [...labels].filter((label) => !PEER.test(label) && !has.has(label)),
      [],
      name,
    );
  }
});

/** Takes OTLP, and sends it round to itself. */
function collectorConfig(otlp: number, metrics: number): string {
  return `receivers:
  otlp: { protocols: { grpc: { endpoint: "127.0.0.1:${otlp}" } } }
processors:
  memory_limiter: { check_interval: 1s, limit_mib: 500 }
exporters:
  otlp_grpc: { endpoint: "127.0.0.1:${otlp}", tls: { insecure: true } }
  nop:
service:
  telemetry:
    metrics:
      readers: [{ pull: { exporter: { prometheus: { host: 127.0.0.1, port: ${metrics} } } } }]
  pipelines:
    logs:
      receivers: [otlp]
      processors: [memory_limiter]
      exporters: [nop]
    logs/on:
      receivers: [otlp]
      processors: [memory_limiter]
      exporters: [otlp_grpc]
`;
}

/** Sends the demo, and goes on: there is no such containerd. */
function sigelConfig(folder: string, otlp: number, metrics: number): string {
  return `extensions:
  containerd: { endpoint: "unix:${join(folder, 'none.sock')}" }
receivers:
  etl: { include: [config/demo/shop_attack.etl.gz] }
  containerd:
processors:
  memory_limiter:
exporters:
  otlp_grpc: { endpoint: "127.0.0.1:${otlp}", tls: { insecure: true } }
service:
  extensions: [containerd]
  telemetry:
    metrics:
      naming: collector
      readers: [{ pull: { exporter: { prometheus: { port: ${metrics} } } } }]
  pipelines:
    logs:
      receivers: [etl, containerd]
      processors: [memory_limiter]
      exporters: [otlp_grpc]
`;
}
