import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { recordsOf } from '../interop/otlp_json.ts';
import { type Collector, startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { until } from '../interop/peers/process.ts';
import { sigel } from '../interop/sigel.ts';
import { sigmaRules } from '../support/sigma_samples.ts';
import { cpuSecondsOf, rate, runSigel, type Sample } from './measure.ts';
import type { Bench } from './run.ts';

/** Longest that the peer may take, ms. */
const PATIENCE = 600_000;
const MIB = 64;
/** A trace that costs little more than the start. */
const SHORT_MIB = 1;
const TRACE = 'kernel-process-w7';

/**
 * The whole way of an event to a real Collector (otlp -> nop), with and without rules, beside a real Collector on the
 * same number of records.
 */
export async function pipelineSection(bench: Bench): Promise<void> {
  const { table } = bench;
  table.heading(
    `The whole way to a real Collector (otlp -> nop), ${TRACE}: records, all of the sender's process`,
  );
  const peer = await ensureCollector();
  if (peer.kind === 'missing') {
    table.skipped('all', peer.reason);
    return;
  }
  const gateway = await startCollector({ path: peer.path, sink: 'nop', maxRecvMsgSizeMib: 64 });
  try {
    const inputs = { short: await input(bench, SHORT_MIB), whole: await input(bench, MIB) };
    for (const compression of ['gzip', 'none']) {
      await compare(bench, { gateway, inputs, collector: peer.path, compression });
    }
  } finally {
    await gateway.dispose();
  }
}

interface Comparison {
  readonly gateway: Collector;
  readonly inputs: { readonly short: Input; readonly whole: Input };
  /** The peer's program. */
  readonly collector: string;
  readonly compression: string;
}

async function compare(bench: Bench, { gateway, inputs, collector, compression }: Comparison): Promise<void> {
  const { table } = bench;
  const how = compression === 'gzip' ? 'gzip' : 'no compression';
  const flow = (run: (given: Input) => Promise<Sample>) => async () =>
    withoutStart(await run(inputs.short), await run(inputs.whole));
  const ours = (withRules: boolean) =>
    flow(({ trace }) => {
      const config = configOf(bench, { gateway, path: trace, compression }, withRules);
      return received(gateway, () => runSigel(config));
    });
  const theirs = flow((given) => forwarded({ path: collector, gateway, given, compression }));
  const [rules, plain, peer] = await table.rows([
    {
      name: `.etl, process, attribution, all rules, batch, otlp_grpc, ${how}`,
      sample: ours(true),
      goal: { perSecond: 40_000 },
    },
    { name: `the same without rules, ${how}`, sample: ours(false) },
    { name: `Collector: file_log, json_parser, otlp_grpc, ${how}`, sample: theirs },
  ]);
  table.ahead(`with all rules, ${how}`, rules, peer);
  table.ahead(`without rules, ${how}`, plain, peer);
}

/** What goes in: a trace, and its records as lines for the peer. */
interface Input {
  readonly trace: string;
  readonly lines: string;
  readonly count: number;
}

async function input(bench: Bench, mib: number): Promise<Input> {
  const { path: trace } = bench.repeated(TRACE, mib);
  const lines = join(bench.folder, `records-${mib}.jsonl`);
  return { trace, lines, count: await writeLines(bench, trace, lines) };
}

/** What the flow alone costs: a program starts once and then runs for weeks, but compiles its rules first. */
function withoutStart(short: Sample, whole: Sample): Sample {
  const took = (key: 'cpuSeconds' | 'wallSeconds') => (whole[key] ?? 0) - (short[key] ?? 0);
  const [cpu, clock] = [rate(whole) / 1000, whole.units / (whole.wallSeconds ?? 0) / 1000];
  return {
    ...whole,
    units: whole.units - short.units,
    cpuSeconds: took('cpuSeconds'),
    wallSeconds: took('wallSeconds'),
    note: `with the start of ${short.cpuSeconds.toFixed(1)} CPU-s: ${cpu.toFixed(1)} k/CPU-s, ${clock.toFixed(1)} k/s`,
  };
}

/** A run of which the gateway has taken every record. */
async function received(gateway: Collector, run: () => Promise<Sample>): Promise<Sample> {
  const before = await gateway.accepted();
  const sample = await run();
  const came = (await gateway.accepted()) - before;
  // Detections come on top.
  if (came < sample.units) throw new Error(`${sample.units} were delivered, ${came} came`);
  return sample;
}

interface OurWay {
  readonly gateway: Collector;
  readonly path: string;
  readonly compression: string;
}

function configOf(bench: Bench, { gateway, path, compression }: OurWay, withRules: boolean): string[] {
  const published = sigmaRules();
  const processors = {
    process: {},
    container_attribution: {},
    ...(withRules && { signature: { rules: published === undefined ? [] : [published] } }),
    batch: {},
  };
  const file = join(bench.folder, `pipeline-${compression}-${withRules}.yaml`);
  const config = {
    extensions: { containerd: {} },
    receivers: { etl: { include: [path] } },
    processors,
    exporters: { otlp_grpc: { endpoint: gateway.endpoint, compression, tls: { insecure: true } } },
    service: {
      extensions: ['containerd'],
      pipelines: {
        logs: { receivers: ['etl'], processors: Object.keys(processors), exporters: ['otlp_grpc'] },
      },
    },
  };
  writeFileSync(file, JSON.stringify(config));
  return ['--config', file];
}

interface TheirWay {
  readonly path: string;
  readonly gateway: Collector;
  readonly given: Input;
  readonly compression: string;
}

/** What a Collector costs until the gateway has taken all of the lines. */
async function forwarded({ path, gateway, given, compression }: TheirWay): Promise<Sample> {
  const { lines, count } = given;
  const before = await gateway.accepted();
  const began = performance.now();
  const collector = await startCollector({
    path,
    receivers: {
      file_log: { include: [lines], start_at: 'beginning', operators: [{ type: 'json_parser' }] },
    },
    exporters: { otlp_grpc: { endpoint: gateway.endpoint, compression, tls: { insecure: true } } },
  });
  try {
    const done = async () => (await gateway.accepted()) - before >= count;
    await until('the gateway has taken all records', done, PATIENCE);
    const wallSeconds = (performance.now() - began) / 1000;
    return { units: count, cpuSeconds: cpuSecondsOf(collector.pid() ?? 0), wallSeconds };
  } finally {
    await collector.dispose();
  }
}

/** The records of a trace as lines of JSON, as a program would log them: time, name, text and attributes. */
async function writeLines(bench: Bench, trace: string, path: string): Promise<number> {
  const stored = join(bench.folder, 'records.otlp.jsonl');
  const config = join(bench.folder, 'lines.yaml');
  const text = {
    receivers: { etl: { include: [trace] } },
    exporters: { file: { path: stored } },
    service: { pipelines: { logs: { receivers: ['etl'], exporters: ['file'] } } },
  };
  writeFileSync(config, JSON.stringify(text));
  const run = await sigel(['--config', config]);
  if (run.code !== 0) throw new Error(run.stderr);
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const message of createInterface({ input: createReadStream(stored) })) {
      for (const { time, eventName, body, attributes } of recordsOf(JSON.parse(message))) {
        count++;
        yield `${JSON.stringify({ time: String(time), event: eventName, body, ...attributes })}\n`;
      }
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  return count;
}
