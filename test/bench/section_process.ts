import { runCase } from './measure.ts';
import type { Bench } from './run.ts';

/** Each record finds its process and refers to its block, whatever the number of processes. */
const GOAL = { atLeast: 1_000_000 };

/** The `process` processor alone, on made records of which every hundredth is a start or an exit. */
export async function processSection(bench: Bench): Promise<void> {
  bench.table.heading('Facts of processes on every record (processor process alone): records');
  for (const processes of ['10', '1000', '10000'])
    await bench.table.row(`${processes} processes`, () => runCase('process', [processes, '2000000']), GOAL);
}
