import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { createNoopMeter } from '@opentelemetry/api';
import { otlpGrpcConfig } from '../../exporters/otlp_grpc/config.ts';
import { OtlpGrpcExporter } from '../../exporters/otlp_grpc/exporter.ts';
import { fileStorageConfig } from '../../extensions/file_storage/config.ts';
import { FileStorageExtension } from '../../extensions/file_storage/extension.ts';
import { internResource } from '../../src/model/resource.ts';
import { Account } from '../../src/telemetry/ledger.ts';
import { SILENT } from '../../src/telemetry/logger.ts';
import { hostWith } from './hosts.ts';
import { exporterContext, logRecord } from './log_records.ts';

// A program to be killed: an exporter with a queue on disk that is given batches of numbered records without end. It
// says each number that was acknowledged. With `drain` it takes none and ends when all that was left is sent.
const [endpoint, directory = '', mode, from] = process.argv.slice(2);
const BATCH = 5;

const storage = new FileStorageExtension(
  {
    id: 'file_storage',
    logger: SILENT,
    account: new Account('file_storage', 'extension'),
    meter: createNoopMeter(),
    resource: internResource({}),
  },
  // Nothing but the kill of the process is tried here.
  fileStorageConfig.parse({ directory, fsync: false }),
);
const context = exporterContext('otlp_grpc');
const exporter = new OtlpGrpcExporter(
  context,
  otlpGrpcConfig.parse({
    endpoint,
    tls: { insecure: true },
    sending_queue: { storage: 'file_storage', num_consumers: 2, queue_size: 50, block_on_overflow: true },
    retry_on_failure: { initial_interval: '5ms', max_interval: '10ms' },
  }),
  { 'grpc.enable_http_proxy': 0 },
);
await storage.start();
await exporter.start(hostWith({ file_storage: storage }));

async function offerFrom(first: number): Promise<void> {
  for (let next = first; ; next += 2 * BATCH) {
    const numbers = Array.from({ length: BATCH }, (_, i) => next + i);
    const outcome = await exporter.consumeLogs(numbers.map((n) => logRecord(n)));
    assert.equal(outcome.kind, 'accepted');
    writeSync(1, `${numbers.join('\n')}\n`);
  }
}

if (mode === 'drain') {
  await exporter.shutdown(new AbortController().signal);
  await storage.shutdown();
  const { restored, delivered, queued } = context.account;
  writeSync(1, JSON.stringify({ restored, delivered, queued, imbalance: context.account.imbalance() }));
} else {
  // Two at a time, so that a write is under way while another is acknowledged.
  await Promise.all([offerFrom(Number(from)), offerFrom(Number(from) + BATCH)]);
}
