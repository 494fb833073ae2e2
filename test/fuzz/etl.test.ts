import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Report } from './worker.ts';

const COUNT = 1000;
const SEED = Number(process.env['SIGEL_FUZZ_SEED'] ?? 20_260_302);
/** CPU time of one damaged trace; a hang is more. Not wall time, so that a busy machine proves nothing. */
const MAX_CPU_MS = 1000;
/** Wall time after which a trace that has not ended is taken for a hang and stopped. */
const HANG_MS = 60_000;

test(`${COUNT} damaged traces: none hangs, none throws, certain damage is counted`, async () => {
  const reports = await runWorker();
  const ended = reports.filter((report) => report.kind === 'ends');
  const bad = ended.filter((report) => report.problem !== undefined || report.cpuMs > MAX_CPU_MS);
  const told = bad.map(
    ({ name, cpuMs, problem }) => `${name} (${Math.round(cpuMs)} ms): ${problem ?? 'too long'}`,
  );
  assert.equal(bad.length, 0, `${bad.length} failed, the first of them:\n${told.slice(0, 5).join('\n')}`);
  assert.equal(ended.length, COUNT);
  // The generator's own proof: much of the damage is of the kind that must be seen.
  assert.ok(ended.filter((report) => report.seen).length > COUNT / 5);
});

function runWorker(): Promise<Report[]> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { seed: SEED, count: COUNT },
  });
  const reports: Report[] = [];
  return new Promise((resolve, reject) => {
    const watch = () =>
      setTimeout(() => {
        void worker.terminate();
        reject(new Error(`still running after ${HANG_MS} ms: ${reports.at(-1)?.name}`));
      }, HANG_MS);
    let timer = watch();
    worker.on('message', (report: Report) => {
      reports.push(report);
      clearTimeout(timer);
      timer = watch();
    });
    worker.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(reports);
    });
  });
}
