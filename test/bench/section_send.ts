import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Collector, startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { tracePath } from '../interop/shared_data.ts';
import { runCase, runSigel } from './measure.ts';
import type { Bench } from './run.ts';

const GOALS = { none: { atLeast: 100_000 }, gzip: { atLeast: 50_000 } };
/** Records that the SDK's paths send; ours take a whole repeated trace. */
const SDK_RECORDS = '200000';

/** To a real Collector (otlp receiver, nop exporter): records per CPU-second of the sender. */
export async function sendSection(bench: Bench): Promise<void> {
  bench.table.heading(
    'To a real Collector (otlp -> nop), kernel-process-w7: records, CPU of the sender alone',
  );
  const peer = await ensureCollector();
  if (peer.kind === 'missing') {
    bench.table.skipped('all', peer.reason);
    return;
  }
  const collector = await startCollector({ path: peer.path, sink: 'nop', maxRecvMsgSizeMib: 64 });
  try {
    for (const compression of ['none', 'gzip'] as const) await senders(bench, collector, compression);
  } finally {
    await collector.dispose();
  }
}

async function senders(bench: Bench, { endpoint }: Collector, compression: 'none' | 'gzip'): Promise<void> {
  const { table } = bench;
  const { path } = bench.repeated('kernel-process-w7', 128);
  const sending = (exporter: string, include: string) => [
    '--config',
    configFile(bench, exporter, include, endpoint, compression),
  ];
  const how = compression === 'gzip' ? 'gzip' : 'no compression';
  await table.row(
    `sigel, .etl to otlp_grpc, whole process, ${how}`,
    () => runSigel(sending('otlp_grpc', path)),
    GOALS[compression],
  );
  const short = bench.repeated('kernel-process-w7', 32);
  await table.row(`sigel, .etl to otel_sdk, whole process, ${how}`, () =>
    runSigel(sending('otel_sdk', short.path)),
  );
  const sdk = (through: string) => () =>
    runCase('sdk_send', [through, endpoint, tracePath('kernel-process-w7'), SDK_RECORDS, compression]);
  await table.row(`OTLPLogExporter.export, finished records, ${how}`, sdk('exporter'));
  await table.row(`stock SDK (emit, batch, OTLPLogExporter), finished records, ${how}`, sdk('sdk'));
}

function configFile(
  bench: Bench,
  exporter: string,
  include: string,
  endpoint: string,
  compression: string,
): string {
  const path = join(bench.folder, `${exporter}-${compression}.yaml`);
  writeFileSync(
    path,
    `receivers:
  etl:
    include: [${JSON.stringify(include)}]
exporters:
  ${exporter}:
    endpoint: ${endpoint}
    compression: ${compression}
    tls: { insecure: true }
service:
  pipelines:
    logs:
      receivers: [etl]
      exporters: [${exporter}]
`,
  );
  return path;
}
