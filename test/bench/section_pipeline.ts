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
import { cpuSecondsOf, runSigel, type Sample } from './measure.ts';
import type { Bench } from './run.ts';

/** Longest that the peer may take, ms. */
const PATIENCE = 600_000;
const MIB = 64;
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
    const { path } = bench.repeated(TRACE, MIB);
    const lines = join(bench.folder, 'records.jsonl');
    const count = await writeLines(bench, path, lines);
    for (const compression of ['gzip', 'none'] as const) {
      const how = compression === 'gzip' ? 'gzip' : 'no compression';
      const way = { gateway, path, compression };
      const whole = await table.row(
        `.etl, process, attribution, all rules, batch, otlp_grpc, ${how}`,
        () => received(gateway, () => runSigel(configOf(bench, way, true))),
        { perSecond: 40_000 },
      );
      const plain = await table.row(`the same without rules, ${how}`, () =>
        received(gateway, () => runSigel(configOf(bench, way, false))),
      );
      const theirs = await table.row(`Collector: file_log, json_parser, otlp_grpc, ${how}`, () =>
        forwarded({ path: peer.path, gateway, lines, count, compression }),
      );
      table.ahead(`with all rules, ${how}`, whole, theirs);
      table.ahead(`without rules, ${how}`, plain, theirs);
    }
  } finally {
    await gateway.dispose();
  }
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
  readonly lines: string;
  readonly count: number;
  readonly compression: string;
}

/** What a Collector costs until the gateway has taken all of the lines. */
async function forwarded({ path, gateway, lines, count, compression }: TheirWay): Promise<Sample> {
  const before = await gateway.accepted();
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
    return { units: count, cpuSeconds: cpuSecondsOf(collector.pid() ?? 0) };
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
