import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { Random } from '../scenario/random.ts';
import { readStored } from './otlp_json.ts';
import { type Collector, startCollector } from './peers/collector.ts';
import { ensureCollector } from './peers/collector_build.ts';
import { startFaultProxy } from './peers/fault_proxy.ts';
import { until } from './peers/process.ts';
import { NO_TRACES, tracePath } from './shared_data.ts';
import { account, type SigelRun, startSigel } from './sigel.ts';

// Sigel reads a trace with `storage` and sends it through a queue on disk, and is killed (SIGKILL) again and again.
const TRACE = 'kernel-process-w7';
const KILLS = 4;
const BATCH = 128;
const CONSUMERS = 4;
/** Bytes of events on their way, and how few of them a record is at least. */
const WINDOW = 64 * 1024;
const LEAST_EVENT = 48;
/**
 * What may be on its way in one kill: what the receiver had handed on and not yet noted as settled, and requests whose
 * answers, or whose deletions, had not come to the disk.
 */
const IN_FLIGHT = WINDOW / LEAST_EVENT + 2 * BATCH + 2 * CONSUMERS * BATCH;

const peer = NO_TRACES === false ? await ensureCollector() : undefined;
const skip = peer?.kind === 'missing' ? peer.reason : NO_TRACES;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function collector(): Promise<Collector> {
  assert.equal(peer?.kind, 'ready');
  const running = await startCollector({ path: peer.path });
  ends.push(() => running.dispose());
  return running;
}

function configuration(endpoint: string, directory: string): string {
  const file = join(directory, 'sigel.yaml');
  writeFileSync(
    file,
    `extensions:
  file_storage: { directory: ${JSON.stringify(join(directory, 'storage'))} }
receivers:
  etl:
    include: [${JSON.stringify(tracePath(TRACE))}]
    batch_size: ${BATCH}
    max_in_flight: ${WINDOW}
    storage: file_storage
exporters:
  otlp_grpc:
    endpoint: ${endpoint}
    compression: none
    tls: { insecure: true }
    sending_queue: { storage: file_storage, num_consumers: ${CONSUMERS}, queue_size: 8, block_on_overflow: true }
service:
  extensions: [file_storage]
  pipelines:
    logs: { receivers: [etl], exporters: [otlp_grpc] }
`,
  );
  return file;
}

/** How often each record is there: its time, name, identity and text. */
async function counted({ file }: Collector): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { time, eventName, body, attributes } of readStored(file)) {
    const key = `${time} ${eventName} ${JSON.stringify([body, attributes])}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

async function run(endpoint: string, directory: string): Promise<SigelRun> {
  return startSigel(['--config', configuration(endpoint, directory)], { ledger: true }).ended;
}

test('killed again and again, Sigel goes on where it was: the Collector gets every record, few of them twice', {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sigel-kills-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const random = new Random(8);
  const whole = await collector();
  const first = await run(whole.endpoint, mkdtempSync(join(folder, 'whole-')));
  assert.equal(first.code, 0, first.stderr);
  await whole.stop();
  const expected = await counted(whole);
  const length = sizeOf(whole.file);

  const real = await collector();
  const proxy = await startFaultProxy(real.port, 2 << 20);
  ends.push(() => proxy.close());
  const directory = mkdtempSync(join(folder, 'killed-'));
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, ended } = startSigel(['--config', configuration(proxy.endpoint, directory)]);
    const enough = sizeOf(real.file) + random.integer(1, length / (KILLS + 1));
    await until(
      'the Collector wrote something new',
      () => sizeOf(real.file) >= enough || child.exitCode !== null,
    );
    assert.equal(child.exitCode, null, 'killed in the middle');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await ended;
  }
  const last = await run(proxy.endpoint, directory);
  assert.equal(last.code, 0, last.stderr);
  await real.stop();

  const found = await counted(real);
  const total = (counts: Map<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
  const missing = [...expected].filter(([key, count]) => (found.get(key) ?? 0) < count);
  assert.deepEqual(missing, []);
  assert.deepEqual(
    [...found.keys()].filter((key) => !expected.has(key)),
    [],
    'nothing else came',
  );
  const twice = total(found) - total(expected);
  t.diagnostic(`${KILLS} kills: ${total(expected)} records, ${twice} of them twice`);
  assert.ok(twice <= KILLS * IN_FLIGHT, `${twice} came twice`);
  const again = await run(real.endpoint, directory);
  assert.deepEqual([again.code, account(again, 'receiver').read], [0, 0], 'what was read is not read again');
  const { restored, taken, delivered, queued } = account(last, 'exporter');
  assert.deepEqual([last.ledger?.balanced, queued, delivered], [true, 0, restored + taken]);
  assert.ok(sizeOf(join(directory, 'storage', 'exporter_otlp_grpc_logs.db')) > 0);
});
