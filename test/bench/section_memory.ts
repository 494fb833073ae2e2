import { rmSync } from 'node:fs';
import { startCollector } from '../interop/peers/collector.ts';
import { ensureCollector } from '../interop/peers/collector_build.ts';
import { runSigel } from './measure.ts';
import type { Bench } from './run.ts';

const GOAL = { mibAtMost: 250 };

/** Memory: the peak of a replay of a 1 GiB trace to a real Collector. One run; a peak has no median. */
export async function memorySection(bench: Bench): Promise<void> {
  bench.table.heading('Memory: replay of a 1 GiB trace to a real Collector (otlp -> nop): records, peak RSS');
  const peer = await ensureCollector();
  if (peer.kind === 'missing') {
    bench.table.skipped('all', peer.reason);
    return;
  }
  const collector = await startCollector({ path: peer.path, sink: 'nop' });
  try {
    for (const id of ['kernel-process-w7', 'perfview452-x64-w8-xpress']) {
      const { path } = bench.repeated(id, 1024);
      const replay = () => runSigel(['replay', path, '--otlp', collector.endpoint, '--signals', 'logs']);
      await bench.table.row(`sigel replay of ${id} repeated to 1 GiB`, replay, GOAL, 1);
      rmSync(path);
    }
  } finally {
    await collector.dispose();
  }
}
