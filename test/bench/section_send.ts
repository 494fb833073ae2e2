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
  const sending = (exporter: string, include: string, fsync?: boolean) => [
    '--config',
    configFile(bench, { exporter, include, endpoint, compression, fsync }),
  ];
  const how = compression === 'gzip' ? 'gzip' : 'no compression';
  await table.row(
    `sigel, .etl to otlp_grpc, whole process, ${how}`,
    () => runSigel(sending('otlp_grpc', path)),
    GOALS[compression],
  );
  for (const fsync of [true, false]) {
    await table.row(`the same with the queue on disk, fsync ${fsync ? 'on' : 'off'}`, () =>
      runSigel(sending('otlp_grpc', path, fsync)),
    );
  }
  const short = bench.repeated('kernel-process-w7', 32);
  await table.row(`sigel, .etl to otel_sdk, whole process, ${how}`, () =>
    runSigel(sending('otel_sdk', short.path)),
  );
  const sdk = (through: string) => () =>
    runCase('sdk_send', [through, endpoint, tracePath('kernel-process-w7'), SDK_RECORDS, compression]);
  await table.row(`OTLPLogExporter.export, finished records, ${how}`, sdk('exporter'));
  await table.row(`stock SDK (emit, batch, OTLPLogExporter), finished records, ${how}`, sdk('sdk'));
}

interface Sending {
  readonly exporter: string;
  readonly include: string;
  readonly endpoint: string;
  readonly compression: string;
  /** Keeps the queue on disk, with this policy; in memory where it is not given. */
  readonly fsync: boolean | undefined;
}

function configFile(bench: Bench, { exporter, include, endpoint, compression, fsync }: Sending): string {
  const path = join(bench.folder, `${exporter}-${compression}-${fsync}.yaml`);
  const directory = join(bench.folder, `storage-${compression}-${fsync}`);
  const extensions = `{ file_storage: { directory: ${JSON.stringify(directory)}, fsync: ${fsync} } }`;
  writeFileSync(
    path,
    `extensions: ${fsync === undefined ? '{}' : extensions}
receivers:
  etl:
    include: [${JSON.stringify(include)}]
exporters:
  ${exporter}:
    endpoint: ${endpoint}
    compression: ${compression}
    tls: { insecure: true }
    sending_queue: { ${fsync === undefined ? '' : 'storage: file_storage, block_on_overflow: true'} }
service:
  extensions: [${fsync === undefined ? '' : 'file_storage'}]
  pipelines:
    logs:
      receivers: [etl]
      exporters: [${exporter}]
`,
  );
  return path;
}
