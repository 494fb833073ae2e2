import { appendFileSync, cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collector, startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { capture, stop, until } from '../interop/peers/process.ts';
import { startSigel } from '../interop/sigel.ts';
import { cpuSecondsOf, peakMibOf, type Sample } from './measure.ts';
import type { Bench } from './run.ts';

const TRACE = 'kernel-process-w7';
/** Enough to flow until the rules have been loaded again. */
const MIB = 512;
/** Records behind which the agent is taken to be in full swing. */
const SWING = 100_000;
/** Longest that either may take, ms. */
const PATIENCE = 300_000;

/** The peak of the whole agent with all rules, as records flow to a real Collector: running, and after a hot reload. */
export async function rulesMemorySection(bench: Bench, rules: string): Promise<void> {
  const { table } = bench;
  table.heading(
    `The whole agent with all rules, ${TRACE} to a real Collector (otlp -> nop): records, peak RSS`,
  );
  const peer = await ensureCollector();
  if (peer.kind === 'missing') {
    table.skipped('all', peer.reason);
    return;
  }
  const gateway = await startCollector({ path: peer.path, sink: 'nop', maxRecvMsgSizeMib: 64 });
  try {
    const peaks = reloaded(bench, gateway, rules);
    await table.row('from the start on', async () => (await peaks).running, { mibAtMost: 450 }, 1);
    await table.row('until all were loaded again', async () => (await peaks).reloaded, { mibAtMost: 800 }, 1);
  } finally {
    await gateway.dispose();
  }
}

async function reloaded(
  bench: Bench,
  gateway: Collector,
  rules: string,
): Promise<{ readonly running: Sample; readonly reloaded: Sample }> {
  const own = join(bench.folder, 'rules');
  cpSync(rules, own, { recursive: true });
  const { child, ended } = startSigel(['--config', configOf(bench, gateway, own)], {
    patience: 2 * PATIENCE,
  });
  const said = capture(child.stderr);
  const before = await gateway.accepted();
  const pid = child.pid ?? 0;
  const units = async () => (await gateway.accepted()) - before;
  const sample = async (): Promise<Sample> => ({
    units: await units(),
    cpuSeconds: cpuSecondsOf(pid),
    rssMib: peakMibOf(pid),
  });
  try {
    await until('records flow', async () => (await units()) >= SWING, PATIENCE);
    const running = await sample();
    change(own);
    await until('the rules were loaded again', () => said().includes('rules were loaded again'), PATIENCE);
    return { running, reloaded: await sample() };
  } finally {
    await stop(child);
    await ended;
  }
}

/** One rule's file changes: it alone is read again, and all rules are compiled. */
function change(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const file = files.find((name) => name.endsWith('.yml'));
  appendFileSync(join(folder, file ?? ''), '\n');
}

function configOf(bench: Bench, { endpoint }: Collector, rules: string): string {
  const processors = {
    process: {},
    container_attribution: {},
    signature: { rules: [rules], reload_interval: '1s' },
    batch: {},
  };
  const file = join(bench.folder, 'rules-memory.yaml');
  const config = {
    extensions: { containerd: {} },
    receivers: { etl: { include: [bench.repeated(TRACE, MIB).path] } },
    processors,
    exporters: { otlp_grpc: { endpoint, tls: { insecure: true } } },
    service: {
      extensions: ['containerd'],
      pipelines: {
        logs: { receivers: ['etl'], processors: Object.keys(processors), exporters: ['otlp_grpc'] },
      },
    },
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}
