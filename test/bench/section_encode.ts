import { tracePath } from '../interop/shared_data.ts';
import { runCase } from './measure.ts';
import type { Bench } from './run.ts';

/** Encoding OTLP: records per CPU-second, ours beside otlp-transformer's serializer. */
export async function encodeSection(bench: Bench): Promise<void> {
  const path = tracePath('kernel-process-w7');
  bench.table.heading('Encoding OTLP, records of kernel-process-w7, 1,024 a message: records');
  for (const [writer, none, gzip] of [
    ['sigel', '1000000', '300000'],
    ['transformer', '200000', '100000'],
  ] as const) {
    const name = writer === 'sigel' ? 'sigel: own writer' : '@opentelemetry/otlp-transformer';
    await bench.table.row(name, () => runCase('encode', [writer, path, none, 'none']));
    await bench.table.row(`${name}, and gzip`, () => runCase('encode', [writer, path, gzip, 'gzip']));
  }
}
