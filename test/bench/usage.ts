/**
 * Preloaded (`node --import`) into a program whose cost is measured: at its exit, writes the CPU time,
 * the time and the peak memory of the whole process to the file that SIGEL_BENCH_USAGE names.
 */
import { writeFileSync } from 'node:fs';

/** What the file holds. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMib: number;
  /** From the start of the process to its exit. */
  readonly wallSeconds: number;
}

const file = process.env['SIGEL_BENCH_USAGE'];
if (file !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const usage: Usage = {
      cpuSeconds: (user + system) / 1e6,
      // maxRSS is in KiB on every platform.
      rssMib: process.resourceUsage().maxRSS / 1024,
      wallSeconds: performance.now() / 1000,
    };
    writeFileSync(file, JSON.stringify(usage));
  });
}
