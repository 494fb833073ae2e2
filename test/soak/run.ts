/**
 * `npm run soak [-- --seconds N] [--rate N] [--seed N]`: the demo and, where they are, recorded traces over and over, at 20,000
 * events a second, through rules and a queue on disk to a real Collector, with faults of the network and of the Collector; 20
 * minutes unless it says otherwise, two in CI. Prints how the process is, and at the end what it has shown: verdict.ts.
 * Exit code 1 when that is not enough.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { NETWORK_FAULTS } from '../interop/network_faults.ts';
import { startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { startFaultProxy } from '../interop/peers/fault_proxy.ts';
import { isCi } from '../interop/peers/tools.ts';
import { haveTraces, ROOT, tracePath } from '../interop/shared_data.ts';
import { Random } from '../scenario/random.ts';
import type { End, Sample } from './service.ts';
import { judge } from './verdict.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, rate: { type: 'string' }, seed: { type: 'string' } },
});
const SECONDS = Number(values.seconds ?? (isCi() ? 120 : 1200));
const RATE = Number(values.rate ?? 20_000);
const SEED = Number(values.seed ?? Date.now() % 1_000_000);
const TRACES = ['kernel-process-w7', 'kernel-network-w7', 'perfview452-x64-w8-xpress'];
const DEMO = join(ROOT, 'config', 'demo', 'shop_attack.etl.gz');
const STORE_MIB = 64;
/** The logs beside the stores of logs and of traces, and the reserve. */
const BESIDE_MIB = 40;
const LINE_EVERY = 10;

const peer = await ensureCollector();
if (peer.kind === 'missing') throw new Error(peer.reason);
const folder = mkdtempSync(join(tmpdir(), 'sigel-soak-run-'));
const collector = await startCollector({ path: peer.path, sink: 'nop' });
const proxy = await startFaultProxy(collector.port, Number.POSITIVE_INFINITY);
try {
  process.stdout.write(`${SECONDS} s at ${RATE} events/s, seed ${SEED}\n`);
  const over = new AbortController();
  const [{ samples, end }, faults] = await Promise.all([
    serve().finally(() => over.abort()),
    makeFaults(over.signal),
  ]);
  const findings = judge(samples, end, STORE_MIB + BESIDE_MIB);
  process.stdout.write(`\n${faults} faults, ${samples.at(-1)?.events ?? 0} events\n`);
  for (const { name, figures, isMet } of findings)
    process.stdout.write(`${isMet ? 'ok    ' : 'MISSED'}  ${name}: ${figures}\n`);
  process.exitCode = findings.every(({ isMet }) => isMet) ? 0 : 1;
} finally {
  await proxy.close();
  await collector.dispose();
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the service to its end. */
async function serve(): Promise<{ readonly samples: readonly Sample[]; readonly end: End | undefined }> {
  const storage = join(folder, 'storage');
  mkdirSync(storage, { mode: 0o700 });
  const config = join(folder, 'sigel.yaml');
  writeFileSync(config, JSON.stringify(configuration(storage)));
  const traces = [DEMO, ...(haveTraces() ? TRACES.map(tracePath) : [])];
  const script = join(import.meta.dirname, 'service.ts');
  const args = ['--expose-gc', script, config, String(SECONDS), String(RATE), storage, ...traces];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const samples: Sample[] = [];
  let end: End | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const told: Sample | End = JSON.parse(line);
    if (told.kind === 'end') end = told;
    else if (samples.push(told) % LINE_EVERY === 0) show(told);
  }
  return { samples, end };
}

function configuration(directory: string): object {
  const processors = {
    memory_limiter: { limit_mib: 700 },
    process: {},
    container_attribution: {},
    signature: {},
    batch: {},
  };
  const exporter = {
    endpoint: proxy.endpoint,
    tls: { insecure: true },
    timeout: '2s',
    sending_queue: { storage: 'file_storage', queue_size: 200, block_on_overflow: true },
    retry_on_failure: { initial_interval: '100ms', max_interval: '1s', max_elapsed_time: '0s' },
  };
  const pipeline = { receivers: ['played'], processors: Object.keys(processors), exporters: ['otlp_grpc'] };
  return {
    // There is none; containers are told of by their sessions and silos.
    extensions: { containerd: {}, file_storage: { directory, max_size: `${STORE_MIB}MiB`, fsync: false } },
    receivers: { played: {} },
    processors,
    exporters: { otlp_grpc: exporter },
    service: {
      extensions: ['containerd', 'file_storage'],
      drain_timeout: '30s',
      pipelines: { logs: pipeline },
    },
  };
}

/** Faults, one after the other, most of the time none. Resolves to how many there were. */
async function makeFaults(over: AbortSignal): Promise<number> {
  const random = new Random(SEED);
  const pause = (least: number, most: number) => sleep(random.integer(least, most));
  const names = Object.keys(NETWORK_FAULTS);
  let count = 0;
  while (!over.aborted) {
    await pause(3000, 10_000);
    const name = names[random.integer(0, names.length)] ?? '';
    if (over.aborted) break;
    await NETWORK_FAULTS[name]?.({ collector, proxy, rate: Number.POSITIVE_INFINITY, pause });
    count++;
  }
  return count;
}

function show({ seconds, events, rss, live, handles, stored, queue }: Sample): void {
  const figures = [
    `${seconds.toFixed(0).padStart(5)} s`,
    `${events} events`,
    `RSS ${rss.toFixed(0)} MiB`,
    ...(live === undefined ? [] : [`alive ${live.toFixed(0)} MiB`]),
    `${handles} handles`,
    `queue ${(100 * queue).toFixed(0)} % and ${stored.toFixed(0)} MiB`,
  ];
  process.stdout.write(`${figures.join('  ')}\n`);
}
