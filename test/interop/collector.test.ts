import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { type Collector, type CollectorOptions, startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { type FaultProxy, startFaultProxy } from './peers/fault_proxy.ts';
import { until } from './peers/process.ts';
import { pipelineOf } from './pipeline.ts';
import { NO_TRACES, tracePath } from './shared_data.ts';
import { sigel, sigelWithConfig, startSigel } from './sigel.ts';
import { verifyDelivery } from './verify_delivery.ts';

const TRACES = [
  'kernel-process-w7',
  'kernel-network-w7',
  'shutdown-kernel-w10',
  'diaghub-kernel-w10',
  'perfview452-x64-w8-xpress',
] as const;

// What is compared with the ledger is records alone.
const LOGS = ['--signals', 'logs'];

const peer = NO_TRACES === false ? await ensureCollector() : undefined;
const skip = peer?.kind === 'missing' ? peer.reason : NO_TRACES;

/** What a test started and must be ended also when it fails. */
const started: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of started.splice(0).toReversed()) await end();
});

async function collector(options: Omit<CollectorOptions, 'path'> = {}): Promise<Collector> {
  assert.equal(peer?.kind, 'ready');
  const running = await startCollector({ path: peer.path, ...options });
  started.push(() => running.dispose());
  return running;
}

async function slowly(port: number): Promise<FaultProxy> {
  // Slow enough that a run has a middle on any machine.
  const proxy = await startFaultProxy(port, 1 << 20);
  started.push(() => proxy.close());
  return proxy;
}

for (const id of TRACES) {
  test(`replay --otlp of ${id}: the Collector holds what the ledger says`, { skip }, async () => {
    const peer = await collector();
    const run = await sigel(['replay', tracePath(id), '--otlp', peer.endpoint, ...LOGS], { ledger: true });
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
  });
}

for (const id of TRACES) {
  test(`otel_sdk delivers ${id} the same`, { skip }, async () => {
    const peer = await collector();
    const run = await sigelWithConfig(pipelineOf(id, `otel_sdk:\n    endpoint: ${peer.endpoint}`));
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
  });
}

for (const exporter of ['otlp_grpc', 'otel_sdk'] as const) {
  test(`${exporter}: the Collector is stopped and started again in the middle`, { skip }, async () => {
    const id = 'kernel-process-w7';
    const peer = await collector();
    const proxy = await slowly(peer.port);
    const retry = 'retry_on_failure: { initial_interval: 100ms, max_interval: 500ms }';
    const settings = `endpoint: ${proxy.endpoint}\n    compression: none\n    ${retry}`;
    const running = sigelWithConfig(pipelineOf(id, `${exporter}:\n    ${settings}`, 500));
    await until('the Collector wrote something', () => sizeOf(peer.file) > 0);
    await peer.stop();
    const atStop = sizeOf(peer.file);
    await peer.start();
    const run = await running;
    await peer.stop();
    await verifyDelivery(id, run, peer.file);
    assert.ok(sizeOf(peer.file) > atStop, 'the stop was in the middle');
  });
}

test('the Collector comes up only after the replay began', { skip }, async () => {
  const id = 'kernel-network-w7';
  const peer = await collector();
  await peer.stop();
  const proxy = await slowly(peer.port);
  const { ended } = startSigel(['replay', tracePath(id), '--otlp', proxy.endpoint, ...LOGS], {
    ledger: true,
  });
  await until('the replay tried to connect', () => proxy.connections() > 0);
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
      pipelineOf(id, `${exporter}:\n    endpoint: ${peer.endpoint}\n    compression: none`, 17_000),
    );
    await peer.stop();
    // A line is a request: far fewer than the receiver's batches, so the parts are of the one large batch.
    const requests = readFileSync(peer.file, 'utf8').trimEnd().split('\n').length;
    assert.ok(requests >= 2 && requests <= 8, `${requests} requests`);
    await verifyDelivery(id, run, peer.file);
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
