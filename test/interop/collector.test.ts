import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { after, afterEach, test } from 'node:test';
import { type Collector, type CollectorOptions, startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { until } from './peers/process.ts';
import { startSlowProxy } from './peers/slow_proxy.ts';
import { haveTraces, tracePath } from './shared_data.ts';
import { sigel, sigelWithConfig, startSigel } from './sigel.ts';
import { verifyDelivery } from './verify_delivery.ts';

const TRACES = [
  'kernel-process-w7',
  'kernel-network-w7',
  'shutdown-kernel-w10',
  'diaghub-kernel-w10',
  'perfview452-x64-w8-xpress',
] as const;

const peer = haveTraces() ? await ensureCollector() : undefined;
const skip = peer === undefined ? 'no recorded traces' : peer.kind === 'missing' ? peer.reason : false;

let running: Collector | undefined;
async function collector(options: Omit<CollectorOptions, 'path'> = {}): Promise<Collector> {
  assert.equal(peer?.kind, 'ready');
  running = await startCollector({ path: peer.path, ...options });
  return running;
}
afterEach(async () => {
  await running?.dispose();
  running = undefined;
});
after(async () => running?.dispose());

for (const id of TRACES) {
  test(`replay --otlp of ${id}: the Collector holds what the ledger says`, { skip }, async () => {
    const peer = await collector();
    const run = await sigel(['replay', tracePath(id), '--otlp', peer.endpoint], { ledger: true });
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
  });
}

for (const id of TRACES) {
  test(`otel_sdk delivers ${id} the same`, { skip }, async () => {
    const peer = await collector();
    const run = await sigelWithConfig(config(id, `otel_sdk:\n    endpoint: ${peer.endpoint}`));
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
  });
}

for (const exporter of ['otlp_grpc', 'otel_sdk'] as const) {
  test(`${exporter}: the Collector is stopped and started again in the middle`, { skip }, async () => {
    const id = 'kernel-process-w7';
    const peer = await collector();
    // Slow enough that a run has a middle on any machine.
    const proxy = await startSlowProxy(peer.port, 1 << 20);
    const retry = 'retry_on_failure: { initial_interval: 100ms, max_interval: 500ms }';
    const settings = `endpoint: ${proxy.endpoint}\n    compression: none\n    ${retry}`;
    const running = sigelWithConfig(config(id, `${exporter}:\n    ${settings}`, 500));
    await until('the Collector wrote something', () => sizeOf(peer.file) > 0);
    await peer.stop();
    const atStop = sizeOf(peer.file);
    await peer.start();
    const run = await running;
    await peer.stop();
    await proxy.close();
    await verifyDelivery(id, run, peer.file);
    assert.ok(sizeOf(peer.file) > atStop, 'the stop was in the middle');
  });
}

test('the Collector comes up only after the replay began', { skip }, async () => {
  const id = 'kernel-network-w7';
  const peer = await collector();
  await peer.stop();
  const { child, ended } = startSigel(['replay', tracePath(id), '--otlp', peer.endpoint], { ledger: true });
  await new Promise((resolve) => {
    child.stderr?.once('data', resolve);
    setTimeout(resolve, 2_000);
  });
  await peer.start();
  const run = await ended;
  await peer.stop();
  await verifyDelivery(id, run, peer.file);
});

for (const exporter of ['otlp_grpc', 'otel_sdk'] as const) {
  test(`${exporter}: batches above the Collector's 4 MiB are split, not lost`, { skip }, async () => {
    const id = 'shutdown-kernel-w10';
    const peer = await collector({ maxRecvMsgSizeMib: 4 });
    const run = await sigelWithConfig(
      config(id, `${exporter}:\n    endpoint: ${peer.endpoint}\n    compression: none`, 17_000),
    );
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
  });
}

/** A configuration: one recorded trace, a batch processor where a size is given, one OTLP exporter. */
function config(id: string, exporter: string, batch?: number): string {
  const name = exporter.slice(0, exporter.indexOf(':'));
  const size = batch ?? 0;
  const processors =
    batch === undefined ? '' : `\nprocessors:\n  batch: { send_batch_size: ${size}, timeout: 1s }`;
  return `receivers:
  etl:
    include: [${JSON.stringify(tracePath(id))}]${processors}
exporters:
  ${exporter}
    tls: { insecure: true }
service:
  pipelines:
    logs:
      receivers: [etl]
      processors: [${batch === undefined ? '' : 'batch'}]
      exporters: [${name}]
`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
