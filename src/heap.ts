import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap small under a steady stream of records. V8 sizes its heap by what is allocated per second
 * and by the machine's memory, and so lets a replay that holds 30 MB grow to 500 MB. An agent shares its node:
 * the young generation stays at its first size, and the old one may grow by four fifths before it is collected. Costs
 * 10 to 15 % of the throughput (`npm run bench`, the sections on sending and memory). And what once lived long
 * (records that wait for their container) does not make V8 put all that is made in the same place among the old, where it
 * keeps the young alive that it refers to: half of all records outlived their batch. All are heuristics that V8 reads as
 * it goes, so they may be set while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=80');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
