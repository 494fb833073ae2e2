import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import type { Report } from './worker.ts';

/** CPU time of one input; a hang is more. Not wall time, so that a busy machine proves nothing. */
const MAX_CPU_MS = 1000;
/** Wall time after which an input that has not ended is taken for a hang and stopped. */
const HANG_MS = 60_000;
/** The heap that the thread gets, in MiB: caches that grow without bound end it. */
const HEAP_MIB = 384;
/** The process's memory at any time, in MiB: the heap, and the buffers of hostile sizes beside it. */
const RSS_MIB = 768;

/** The seed, which SIGEL_FUZZ_SEED sets anew. */
export const SEED: number = Number(process.env['SIGEL_FUZZ_SEED'] ?? 20_260_302);

/**
 * Runs so many inputs and asserts that none hangs, none throws, that certain damage is counted and that memory
 * stays bounded. Returns a line that says what the worst of them took.
 */
export async function fuzz(count: number, seed: number = SEED): Promise<string> {
  const ended = (await runWorker(count, seed)).filter((report) => report.kind === 'ends');
  const bad = ended.filter((report) => report.problem !== undefined || report.cpuMs > MAX_CPU_MS);
  const told = bad.map(
    ({ name, cpuMs, problem }) => `${name} (${Math.round(cpuMs)} ms): ${problem ?? 'too long'}`,
  );
  assert.equal(bad.length, 0, `${bad.length} failed, the first of them:\n${told.slice(0, 5).join('\n')}`);
  assert.equal(ended.length, count);
  // The generator's own proof: much of the damage is of the kind that must be seen.
  const seen = ended.filter((report) => report.seen).length;
  assert.ok(seen > count / 10, `only ${seen} inputs were damaged beyond doubt`);
  const rssMib = Math.max(...ended.map((report) => report.rssMib));
  assert.ok(rssMib < RSS_MIB, `${rssMib} MiB of memory`);
  const slowest = ended.reduce((a, b) => (a.cpuMs > b.cpuMs ? a : b));
  return `${count} inputs of seed ${seed}: at most ${Math.round(slowest.cpuMs)} ms (${slowest.name}), ${Math.round(rssMib)} MiB`;
}

function runWorker(count: number, seed: number): Promise<Report[]> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), {
    workerData: { seed, count },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
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
      reject(new Error(`ended at ${reports.at(-1)?.name}`, { cause: error }));
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(reports);
    });
  });
}
