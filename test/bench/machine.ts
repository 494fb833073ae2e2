import { cpus, freemem, loadavg, totalmem } from 'node:os';

/** What a figure's reader must know of the machine; load is the mean of the last minute. */
export function machineFacts(): string[] {
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  return [
    `CPU        ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`,
    `memory     ${gib(totalmem())} GiB, ${gib(freemem())} GiB free`,
    `node       ${process.version}, ${process.platform} ${process.arch}`,
    `load       ${loadavg()[0]?.toFixed(2)} at the start (figures of a loaded machine are low)`,
  ];
}
